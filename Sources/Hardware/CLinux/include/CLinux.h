#pragma once
#include "CLinuxEnclaves.h"
#include "CLinuxAttributes.h"
#include "CLinuxContainers.h"
#include "CLinuxMessages.h"
#include "CLinuxQuoting.h"
#include "CLinuxProbes.h"
#include "CLinuxNetwork.h"
