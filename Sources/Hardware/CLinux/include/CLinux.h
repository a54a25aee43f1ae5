#pragma once
#include "CLinuxEnclaves.h"
#include "CLinuxAttributes.h"
#include "CLinuxCgroups.h"
#include "CLinuxContainers.h"
#include "CLinuxQuoting.h"
#include "CLinuxProbes.h"
#include "CLinuxNetwork.h"
