/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generator RATE SECONDS FILE: opens and closes FILE, RATE times a second for SECONDS seconds, in steps of a
 * millisecond. Prints how many times it did, and the seconds that it took.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int count, char **args)
{
	if (count != 4)
		return 2;
	double rate = atof(args[1]), seconds = atof(args[2]), start = now(), elapsed = 0;
	long done = 0;
	while (elapsed < seconds) {
		for (long due = rate * elapsed; done < due; done++) {
			int fd = open(args[3], O_RDONLY);
			if (fd < 0)
				return 1;
			close(fd);
		}
		struct timespec pause = { .tv_nsec = 1000000 };
		nanosleep(&pause, 0);
		elapsed = now() - start;
	}
	printf("%ld %f\n", done, elapsed);
	return 0;
}
