#pragma once
#include "CLinuxEnclaves.h"
