/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * With SIEVES_FILES: opened files that no rule is about are not told, nor that they are closed. What a rule could be
 * about is a superset, made of the rules' conditions: the beginnings and the ends of paths, by how the file is opened.
 * Whatever is not sure to be beside them is told: paths that are not plain, folders, paths from a folder that is not
 * known to be beside them.
 */
#pragma once

#include "params.h"

#define S_IFREG 0100000
#define S_IFDIR 0040000
#define F_DUPFD 0
#define F_SETFD 2
#define F_DUPFD_CLOEXEC 1030

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, MAX_SIEVE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct path_start);
	__type(value, struct sieve_entry);
} path_starts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, MAX_SIEVE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct path_end);
	__type(value, struct sieve_entry);
} path_ends SEC(".maps");

/* A path that is looked at: what stands before it makes its end as long as those of the sieve. */
struct sieved {
	__u32 before[3];
	struct path_start start;
	__u8 behind[24];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sieved);
} sieved_paths SEC(".maps");

#define EACH_BYTE 0x0101010101010101ULL
#define LOW_BITS 0x7f7f7f7f7f7f7f7fULL

/* The highest bit of each byte that is `byte`. */
static __always_inline __u64 where(__u64 word, __u8 byte)
{
	__u64 differs = word ^ (EACH_BYTE * byte);
	return ~(((differs & LOW_BITS) + LOW_BITS) | differs | LOW_BITS);
}

static __always_inline __u64 word_at(const void *at) { return *(const __u64 *)at; }

/* Whether a path has parts that are empty, `.`, or have `..` in them. `last` is what stands before it. */
static __always_inline bool is_plain(const __u8 *text, __u64 bits, __u8 last)
{
	__u64 bad = 0, before = last;
	for (int i = 0; i < LONGEST_START / 8; i++) {
		if (bits < i * 64)
			break;
		__u64 word = word_at(text + i * 8), next = word_at(text + i * 8 + 1);
		__u64 ahead = word << 8 | before;
		__u64 slash = where(ahead, '/'), point = where(word, '.');
		bad |= slash & (where(word, '/') | where(word, 0));
		bad |= where(ahead, '.') & point;
		bad |= slash & point & (where(next, '/') | where(next, 0));
		before = word >> 56;
	}
	return bad == 0;
}

/* What no rule can be about: the file, opened in this way; whatever is below it, if it is a folder. */
#define FILE_BESIDE 1
#define FOLDER_BESIDE 2

/* Not static, as `sieves` below: the verifier then looks at it once, not for each way that leads to it. */
__noinline int beside(__u64 path, __u32 mode, __u32 is_from_known)
{
	__u32 zero = 0;
	struct sieved *s = bpf_map_lookup_elem(&sieved_paths, &zero);
	if (!s || mode > 3)
		return 0;
	long size = bpf_probe_read_user_str(s->start.text, LONGEST_START, (void *)path);
	if (size < 2 || size >= LONGEST_START)
		return 0;
	__u64 length = (size - 1) & (LONGEST_START - 1);
	__u64 bits = length * 8;
	KEEP(bits);
	bool is_absolute = s->start.text[0] == '/';
	if (!is_absolute && !is_from_known)
		return 0;
	__u8 *end = s->start.text + length;
	*(__u64 *)end = 0;
	/* The folder itself. */
	if (length == 1 && s->start.text[0] == '.')
		return FOLDER_BESIDE;
	if (!is_plain(s->start.text, bits, is_absolute ? 'x' : '/'))
		return 0;

	s->start.bits = bits;
	struct sieve_entry *entry = bpf_map_lookup_elem(&path_starts, &s->start);
	if (entry && (entry->modes >> mode & 1))
		return 0;
	int found = !entry || (entry->modes == 0 && !(is_absolute && entry->leads && entry->length == length)) ? FOLDER_BESIDE : 0;

	__u32 filler = is_absolute ? 0x78787878 : 0x2f2f2f2f;
	s->before[0] = s->before[1] = s->before[2] = s->start.bits = filler;
	__u64 last = __builtin_bswap64(word_at(end - 8)), earlier = __builtin_bswap64(word_at(end - 16));
	struct path_end tail = { .bits = 128, .text = { last, last >> 32, earlier, earlier >> 32 } };
	entry = bpf_map_lookup_elem(&path_ends, &tail);
	return entry && (entry->modes >> mode & 1) ? found : found | FILE_BESIDE;
}

/* Which folder the process works in now. */
static __always_inline __u64 working_folder(struct task_struct *task)
{
	struct fs_struct *fs = READ(task, fs);
	return (__u64)ADDRESS(fs, pwd.dentry);
}

/* Whether the folder that a path is relative to is one that was noted as beside. */
static __always_inline int is_beside(struct task_struct *task, __u32 tgid, int folder)
{
	struct descriptor_key key = { tgid, folder };
	__u64 noted;
	if (!(note_of(task, &key, &noted) & BESIDE))
		return 0;
	if (folder == FOLDER_OF_PROCESS)
		return working_folder(task) == noted;
	struct file *file = file_of(folder);
	return file && READ(file, f_inode, i_ino) == noted;
}

/* Notes which folder a process works in from now on. */
static __always_inline void note_folder(struct task_struct *task, __u32 tgid, bool is_folder_beside)
{
	struct descriptor_key key = { tgid, FOLDER_OF_PROCESS };
	if (is_folder_beside)
		make_note(task, &key, working_folder(task), BESIDE);
	else
		forget_descriptor(tgid, FOLDER_OF_PROCESS);
}

/* A new process works where the one does that made it. */
static __always_inline void inherit_folder(struct task_struct *parent, struct task_struct *child)
{
	struct descriptor_key from = { parent->tgid, FOLDER_OF_PROCESS }, to = { child->tgid, FOLDER_OF_PROCESS };
	__u64 folder;
	__u64 what = note_of(parent, &from, &folder);
	if (what)
		make_note(child, &to, folder, what);
}

/* Whether the event of a call that opens a file is left out. */
static __always_inline bool sieves_open(struct task_struct *task, __u32 tgid, __u8 sieve, __u64 *args, long result)
{
	__u64 path = sieve == SIEVE_OPEN ? args[0] : args[1];
	__u32 flags = sieve == SIEVE_OPEN ? args[1] : args[2];
	int folder = sieve == SIEVE_OPEN ? FOLDER_OF_PROCESS : (int)args[0];
	if (sieve == SIEVE_OPENAT2 && bpf_probe_read_user(&flags, sizeof(flags), (void *)args[2]) != 0)
		return 0;
	struct descriptor_key key = { tgid, result };
	__u16 type = 0;
	__u64 inode_number = 0;
	if (result >= 0) {
		struct file *file = file_of(result);
		struct inode *inode = file ? READ(file, f_inode) : 0;
		type = inode ? READ(inode, i_mode) & S_IFMT : 0;
		if (type == S_IFDIR)
			inode_number = READ(inode, i_ino);
	}
	int found = 0;
	if (result < 0 || type == S_IFREG || type == S_IFDIR) {
		__u32 mode = flags & 3;
		found = config.told_modes >> mode & 1 ? 0 : beside(path, mode, is_beside(task, tgid, folder));
	}
	if (result < 0)
		return found & FILE_BESIDE;
	if (type == S_IFREG && (found & FILE_BESIDE)) {
		make_note(task, &key, 0, UNTOLD);
		return 1;
	}
	if (type == S_IFDIR && (found & FOLDER_BESIDE))
		make_note(task, &key, inode_number, BESIDE);
	else
		forget_descriptor(tgid, result);
	return 0;
}

/* What the descriptor is that the next event is about, if it is a file whose opening may not have been told. */
static __noinline int tell_opened(__u32 tid, int fd)
{
	struct file *file = file_of(fd);
	struct inode *inode = file ? READ(file, f_inode) : 0;
	if (!inode || (READ(inode, i_mode) & S_IFMT) != S_IFREG)
		return 0;
	struct record *r = begin(tid, EVENT_OPENAT, 7);
	if (!r)
		return 0;
	struct caller c = { .result = fd };
	*(__u32 *)&r->data[0] = BLOCK_STATE;
	add_u64(r, fd);
	add_u64(r, FOLDER_OF_PROCESS);
	add_path(r, READ(file, f_path.mnt), READ(file, f_path.dentry));
	add_open_flags(r, &c, READ(file, f_flags));
	add_u32(r, 0);
	add_opened(r, &c, 1);
	add_opened(r, &c, 0);
	submit(r);
	return 0;
}

/* Whether the event of a call is left out, whose descriptors are followed. */
__noinline int sieves(struct caller *c, __u32 sieve, __u32 is_for_state)
{
	if (!c)
		return 0;
	__u64 id = bpf_get_current_pid_tgid(), unused;
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 tgid = id >> 32;
	long result = c->result;
	struct descriptor_key key = { tgid, c->args[0] };
	switch (sieve) {
	case SIEVE_OPEN:
	case SIEVE_OPENAT:
	case SIEVE_OPENAT2:
		return sieves_open(task, tgid, sieve, c->args, result);
	case SIEVE_CLOSE: {
		__u64 what = note_of(task, &key, &unused);
		forget_descriptor(tgid, key.fd);
		return result == 0 && (what & UNTOLD) ? 1 : 0;
	}
	case SIEVE_CHDIR:
		if (result == 0)
			note_folder(task, tgid, beside(c->args[0], 0, is_beside(task, tgid, FOLDER_OF_PROCESS)) & FOLDER_BESIDE);
		return 0;
	case SIEVE_FCHDIR:
		if (result == 0)
			note_folder(task, tgid, is_beside(task, tgid, key.fd));
		return 0;
	case SIEVE_FCNTL:
		if (is_for_state && c->args[1] == F_SETFD && (note_of(task, &key, &unused) & UNTOLD))
			return 1;
	}
	if (sieve == SIEVE_USES || sieve == SIEVE_DUPLICATES || sieve == SIEVE_FCNTL) {
		/* It is known then: so is its closing to be. */
		if (note_of(task, &key, &unused) & UNTOLD)
			forget_descriptor(tgid, key.fd);
		tell_opened(id, key.fd);
	}
	if (result >= 0 && sieve != SIEVE_USES)
		forget_descriptor(tgid, result);
	return 0;
}
