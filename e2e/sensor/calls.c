/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes each of a fixed list of system calls once, in the folder that it is given, for a test that knows what the sensor has
 * to tell of each. Numbers that the kernel chooses (of descriptors, processes) are fixed where that can be done.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

#define CALL(...) syscall(__VA_ARGS__)

int main(int count, char **args)
{
	struct open_how how = { .flags = O_RDWR | O_CREAT, .mode = 0640, .resolve = RESOLVE_NO_SYMLINKS };
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un local = { .sun_family = AF_UNIX, .sun_path = "socket" };
	int pair[2];

	if (count == 3)
		return 0; /* Run again by itself. */
	if (count != 2 || chdir(args[1]) != 0)
		return 1;
	int folder = open(".", O_RDONLY | O_DIRECTORY);
	dup2(folder, 20);
	close(folder);
	folder = 20;

	CALL(SYS_open, "a", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	CALL(SYS_openat, folder, "b", O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK | O_NOFOLLOW, 0644);
	CALL(SYS_openat, AT_FDCWD, "nothing", O_RDONLY);
	CALL(SYS_openat2, folder, "c", &how, sizeof(how));
	CALL(SYS_creat, "d", 0755);
	CALL(SYS_mkdir, "folder", 0750);
	CALL(SYS_mkdirat, folder, "folder2", 0700);
	CALL(SYS_link, "a", "a2");
	CALL(SYS_linkat, folder, "a", folder, "a3", AT_SYMLINK_FOLLOW);
	CALL(SYS_symlink, "a", "s");
	CALL(SYS_symlinkat, "a", folder, "s2");
	CALL(SYS_rename, "a2", "a4");
	CALL(SYS_renameat, folder, "a3", folder, "a5");
	CALL(SYS_renameat2, folder, "a4", folder, "a6", 1 /* RENAME_NOREPLACE */);
	CALL(SYS_chmod, "a", 04755);
	CALL(SYS_fchmod, 20, 0700);
	CALL(SYS_fchmodat, folder, "b", 0600);
	CALL(452 /* SYS_fchmodat2, from Linux 6.6 on */, folder, "b", 02640, 0);
	CALL(SYS_chown, "a", 12, 34);
	CALL(SYS_lchown, "s", 13, 35);
	CALL(SYS_fchown, 20, 0, 0);
	CALL(SYS_fchownat, folder, "s", 14, 36, AT_SYMLINK_NOFOLLOW);
	CALL(SYS_mknod, "node", S_IFIFO | 0600, 0);
	CALL(SYS_mknodat, folder, "node2", S_IFIFO | 0640, 0);
	CALL(SYS_unlink, "a5");
	CALL(SYS_unlinkat, folder, "folder2", AT_REMOVEDIR);
	CALL(SYS_unlinkat, folder, "a6", 0);
	CALL(SYS_rmdir, "folder");
	CALL(SYS_fchdir, 20);

	CALL(SYS_dup, 20);
	CALL(SYS_dup2, 20, 21);
	CALL(SYS_dup3, 20, 22, O_CLOEXEC);
	CALL(SYS_fcntl, 20, F_DUPFD_CLOEXEC, 30);
	CALL(SYS_pipe, pair);
	CALL(SYS_pipe2, pair, O_NONBLOCK);
	CALL(SYS_memfd_create, "memory", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	CALL(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	struct io_uring_params ring = { .cq_entries = 32, .flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP, .sq_thread_cpu = 1, .sq_thread_idle = 70 };
	CALL(SYS_io_uring_setup, 8, &ring);
	CALL(SYS_io_uring_setup, 0, 0);
	CALL(SYS_splice, 20, 0, 21, 0, 4096, 1 /* SPLICE_F_MOVE */);
	if (write(pair[1], "spliced", 7) != 7)
		return 1;
	int target = CALL(SYS_open, "target", O_WRONLY | O_CREAT, 0600);
	CALL(SYS_splice, pair[0], 0, target, 0, 100, SPLICE_F_MOVE | SPLICE_F_MORE);

	int tcp = CALL(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	dup2(tcp, 40);
	CALL(SYS_bind, 40, &(struct sockaddr_in){ .sin_family = AF_INET, .sin_port = 0, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, sizeof(address));
	CALL(SYS_listen, 40, 7);
	CALL(SYS_accept4, 40, 0, 0, SOCK_NONBLOCK | 0x10 /* not known: refused */);
	CALL(SYS_accept, 20, 0, 0);
	socklen_t size = sizeof(address);
	getsockname(40, (struct sockaddr *)&address, &size);
	for (int client = 45; client < 47; client++) {
		dup2(socket(AF_INET, SOCK_STREAM, 0), client);
		CALL(SYS_connect, client, &address, sizeof(address));
		if (client == 45)
			CALL(SYS_accept, 40, 0, 0);
		else
			CALL(SYS_accept4, 40, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
	}
	int udp = CALL(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, IPPROTO_UDP);
	dup2(udp, 41);
	dup2(CALL(SYS_socket, AF_INET, SOCK_DGRAM, 0), 44);
	address.sin_port = 0;
	CALL(SYS_bind, 44, &address, sizeof(address));
	getsockname(44, (struct sockaddr *)&address, &size);
	struct iovec buffer = { "hi", 2 };
	/* Behind this address there is no memory. */
	char *pages = mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(pages + PAGE, PAGE);
	char *edge = memcpy(pages + PAGE - sizeof(address), &address, sizeof(address));
	CALL(SYS_sendto, 41, "greetings", 9, 0, edge, sizeof(address));
	CALL(SYS_sendmsg, 41, &(struct msghdr){ &address, sizeof(address), &buffer, 1 }, 0);
	CALL(SYS_connect, 41, &address, sizeof(address));
	CALL(SYS_sendto, 41, "hello", 5, 0, 0, 0);
	CALL(SYS_sendmsg, 41, &(struct msghdr){ .msg_iov = &buffer, .msg_iovlen = 1 }, 0);
	CALL(SYS_sendto, 20, "file", 4, 0, 0, 0);
	char received[16];
	struct sockaddr_in sender;
	socklen_t sender_size = sizeof(sender);
	struct iovec small = { received, 1 };
	CALL(SYS_recvfrom, 44, received, sizeof(received), 0, &sender, &sender_size);
	CALL(SYS_recvmsg, 44, &(struct msghdr){ &sender, sizeof(sender), &small, 1 }, MSG_TRUNC);
	CALL(SYS_recvfrom, 44, received, 3, MSG_TRUNC, 0, 0);
	CALL(SYS_recvmsg, 44, &(struct msghdr){ .msg_iov = &small, .msg_iovlen = 1 }, 0);
	CALL(SYS_recvfrom, 44, received, sizeof(received), MSG_DONTWAIT, 0, 0);
	CALL(SYS_recvmsg, 20, &(struct msghdr){ .msg_iov = &small, .msg_iovlen = 1 }, 0);
	int unix_socket = CALL(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
	dup2(unix_socket, 42);
	/* Nor is there a NUL behind this path. */
	CALL(SYS_connect, 42, memcpy(pages + PAGE - 8, &local, 8), 8);
	CALL(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, pair);
	/* Names of unix sockets end where their address does, whatever stands behind. */
	dup2(CALL(SYS_socket, AF_UNIX, SOCK_DGRAM, 0), 43);
	struct sockaddr_un hidden = { .sun_family = AF_UNIX };
	socklen_t hidden_size = 3 + snprintf(hidden.sun_path + 1, 60, "haetae-%d", getpid());
	strcpy((char *)&hidden + hidden_size, "behind");
	CALL(SYS_bind, 43, &hidden, hidden_size);
	CALL(SYS_sendto, 43, "self", 4, 0, &hidden, hidden_size);
	CALL(SYS_connect, 43, &hidden, hidden_size);
	CALL(SYS_recvfrom, 43, received, sizeof(received), 0, 0, 0);

	char *again[] = { "again", "with two", "arguments", 0 }, *environment[] = { "KEY=value", 0 };
	for (int at = 0; at < 2; at++) {
		if (fork() == 0) {
			if (at)
				CALL(SYS_execveat, AT_FDCWD, args[0], again, environment, 0);
			else
				CALL(SYS_execve, args[0], again, environment);
			_exit(1);
		}
		wait(0);
	}

	CALL(SYS_setns, 20, CLONE_NEWNET);
	CALL(SYS_unshare, CLONE_NEWUTS | CLONE_NEWNS);
	CALL(SYS_mount, "none", "/nothing-of-this-name", "tmpfs", MS_NOSUID | MS_NOEXEC | MS_RDONLY, "size=1");
	CALL(SYS_umount2, "/nothing-of-this-name", MNT_DETACH | UMOUNT_NOFOLLOW);
	CALL(SYS_chroot, "/nothing-of-this-name");
	CALL(SYS_ptrace, PTRACE_ATTACH, 99999999, 0, 0);
	CALL(SYS_process_vm_readv, 99999999, 0, 0, 0, 0, 0);
	CALL(SYS_process_vm_writev, 99999999, 0, 0, 0, 0, 0);
	char memory[] = "memory", here[100] = "there";
	CALL(SYS_process_vm_readv, getpid(), &(struct iovec){ here + 50, 50 }, 1L, &(struct iovec){ memory, 6 }, 1L, 0L);
	CALL(SYS_process_vm_writev, getpid(), &(struct iovec){ here, 5 }, 1L, &(struct iovec){ memory, 6 }, 1L, 0L);
	CALL(SYS_kill, 99999999, SIGUSR1);
	CALL(SYS_tkill, 99999999, SIGKILL);
	CALL(SYS_tgkill, 99999998, 99999999, SIGTERM);
	CALL(SYS_prctl, PR_SET_NAME, "callsofatest");
	CALL(SYS_prctl, PR_SET_DUMPABLE, 1);
	CALL(SYS_init_module, "no module", 9L, "param=1");
	CALL(SYS_finit_module, 20, "param=2", 2);
	CALL(SYS_delete_module, "no_such_module", O_NONBLOCK | O_TRUNC);
	CALL(SYS_bpf, BPF_OBJ_GET, 0, 0);
	union bpf_attr map = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1 };
	CALL(SYS_bpf, BPF_MAP_CREATE, &map, sizeof(map));
	CALL(SYS_pivot_root, "nothing", "nothing-either");

	CALL(SYS_setresgid, 5, 6, 7);
	CALL(SYS_setregid, 5, 6);
	CALL(SYS_setgid, 6);
	CALL(SYS_setresuid, -1, -1, -1);
	CALL(SYS_setreuid, 0, 8);
	CALL(SYS_setuid, 9);
	CALL(SYS_setsid);
	CALL(SYS_execve, "nothing", (char *[]){ "nothing", 0 }, (char *[]){ 0 });
	CALL(SYS_execveat, folder, "nothing", (char *[]){ "nothing", 0 }, (char *[]){ 0 }, AT_SYMLINK_NOFOLLOW);
	return 7;
}
