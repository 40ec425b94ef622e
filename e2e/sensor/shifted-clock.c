/* Loaded into a program (LD_PRELOAD): the time of day is as many seconds ahead as the file CLOCK_SHIFT says. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *at)
{
	static int (*real)(clockid_t, struct timespec *);
	if (!real)
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int result = real(clock, at);
	const char *path = getenv("CLOCK_SHIFT");
	FILE *file = clock == CLOCK_REALTIME && path ? fopen(path, "re") : 0;
	long shift = 0;
	if (file && fscanf(file, "%ld", &shift) == 1)
		at->tv_sec += shift;
	if (file)
		fclose(file);
	return result;
}
