#pragma once
#include "CLinuxEnclaves.h"
#include "CLinuxAttributes.h"
