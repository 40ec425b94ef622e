/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Paths of files and of control groups: their names are gathered from the end, and written from the root. */
#pragma once

#include "record.h"

/* The place of a name, in a form that the verifier believes. */
static __always_inline const void **name_at(struct record *r, __u64 depth)
{
	KEEP(depth);
	return &r->names[depth & (DEEPEST_PATH - 1)];
}

struct climb {
	struct record *r;
	struct dentry *dentry;
	struct mount *mount;
	struct kernfs_node *node;
};

/* One step up in the tree of files, over the borders of mounts. */
static long climb_files(__u32 step, struct climb *c)
{
	struct mount *mount = c->mount;
	struct dentry *dentry = c->dentry;
	struct dentry *parent = READ(dentry, d_parent);
	if (dentry == READ(mount, mnt.mnt_root) || dentry == parent) {
		struct mount *above = READ(mount, mnt_parent);
		if (dentry != READ(mount, mnt.mnt_root)) {
			/* A file without a place, such as one of memfd_create: it has but a name. */
			*name_at(c->r, c->r->depth) = READ(dentry, d_name.name);
			c->r->depth++;
			return 1;
		}
		if (above == mount)
			return 1;
		c->dentry = READ(mount, mnt_mountpoint);
		c->mount = above;
		return 0;
	}
	__u32 depth = c->r->depth;
	if (depth >= DEEPEST_PATH)
		return 1;
	*name_at(c->r, depth) = READ(dentry, d_name.name);
	c->r->depth = depth + 1;
	c->dentry = parent;
	return 0;
}

static __always_inline struct kernfs_node *parent_of(struct kernfs_node *node)
{
	struct kernfs_node___before_6_15 *old = (void *)node;
	if (bpf_core_field_exists(old->parent))
		return BPF_CORE_READ(old, parent);
	return READ(node, __parent);
}

static long climb_groups(__u32 step, struct climb *c)
{
	struct kernfs_node *node = c->node, *parent = parent_of(node);
	__u32 depth = c->r->depth;
	if (!parent || depth >= DEEPEST_PATH)
		return 1;
	*name_at(c->r, depth) = READ(node, name);
	c->r->depth = depth + 1;
	c->node = parent;
	return 0;
}

struct descent {
	struct record *r;
};

/* Writes one name of those gathered, the last first, into the room. */
static long write_name(__u32 step, struct descent *d)
{
	struct record *r = d->r;
	__u32 depth = r->depth - 1 - step;
	__u8 *to = byte_at(r, r->end + r->size);
	if (depth >= DEEPEST_PATH || !to)
		return 1;
	to[0] = '/';
	long size = bpf_probe_read_kernel_str(to + 1, LONGEST_NAME, *name_at(r, depth));
	/* With its NUL it is as long as with the slash. */
	r->size += size > 0 ? size : 1;
	return 0;
}

/* Writes the gathered names into the room, from `size` on. Returns where they end; the NUL is behind it. */
static __always_inline __u32 write_path(struct record *r, __u32 size)
{
	struct descent down = { .r = r };
	if (r->end > VALUES_END)
		return size;
	r->size = size;
	if (r->depth == 0) {
		__u8 *root = byte_at(r, r->end + size);
		if (!root)
			return size;
		*root = '/';
		r->size = size + 1;
	} else {
		if (r->depth > DEEPEST_PATH)
			r->depth = DEEPEST_PATH;
		bpf_loop(r->depth, write_name, &down, 0);
	}
	__u8 *end = byte_at(r, r->end + r->size);
	if (end)
		*end = 0;
	return r->size;
}

/* The path of a file as its mount namespace has it. */
static __noinline int add_path(struct record *r, struct vfsmount *mnt, struct dentry *dentry)
{
	if (!mnt || !dentry) {
		add_empty(r);
		return 0;
	}
	struct climb up = { .r = r, .dentry = dentry };
	up.mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
	r->depth = 0;
	bpf_loop(DEEPEST_PATH * 2, climb_files, &up, 0);
	__u32 size = write_path(r, 0);
	ended(r, size == 0 ? 0 : size + 1);
	return 0;
}

static __always_inline struct kernfs_node *group_of(struct css_set *set, __u32 subsystem)
{
	if (subsystem >= 32)
		return 0;
	struct cgroup_subsys_state *css = 0;
	bpf_core_read(&css, sizeof(css), &set->subsys[subsystem]);
	return css ? READ(css, cgroup, kn) : 0;
}

/* Writes an entry and its NUL. Returns where the next one goes. */
static __always_inline __u32 write_group(struct record *r, struct kernfs_node *node, __u32 size, const char *name,
					 __u32 length)
{
	__u8 *to = byte_at(r, r->end + size);
	if (!to)
		return size;
	__builtin_memcpy(to, name, length);
	struct climb up = { .r = r, .node = node };
	r->depth = 0;
	bpf_loop(DEEPEST_PATH, climb_groups, &up, 0);
	return write_path(r, size + length) + 1;
}

/*
 * The control groups, as `memory=/path`, `pids=/path` where version 1 has the controller in a hierarchy of its own,
 * and `=/path` of version 2's.
 */
static __noinline int add_cgroups(struct record *r, struct task_struct *task)
{
	struct css_set *set = READ(task, cgroups);
	__u32 size = 0;
	if (!set || !room(r)) {
		add_empty(r);
		return 0;
	}
	struct kernfs_node *unified = READ(set, dfl_cgrp, kn);
	struct kernfs_node *memory = 0, *pids = 0;
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id))
		memory = group_of(set, bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id));
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id))
		pids = group_of(set, bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id));
	if (memory && memory != unified)
		size = write_group(r, memory, size, "memory=", 7);
	if (pids && pids != unified)
		size = write_group(r, pids, size, "pids=", 5);
	if (unified)
		size = write_group(r, unified, size, "=", 1);
	ended(r, size);
	return 0;
}
