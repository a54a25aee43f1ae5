#pragma once
#include <linux/audit.h>
#include <seccomp.h>
