#pragma once
// Extended attributes, which the Glibc module leaves out.
#include <sys/xattr.h>
