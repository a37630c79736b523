#pragma once
// Swift's module of the C library leaves these two headers out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
