import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isGroupOf, ownerOfControlGroups } from './control-group-owner.ts'

const ID = 'a1'.repeat(32)
const OUTER = 'b2'.repeat(32)
const UID = '0f5bd1b4-6cf6-4cd5-9b4e-3a8a4d5d9a11'
const UNDER = UID.replaceAll('-', '_')
const HASH = '9c'.repeat(16)
const SLICE = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UNDER}.slice`

const PATHS: readonly (readonly [string, string, string | null, string | null])[] = [
  ['Docker, cgroupfs', `/docker/${ID}`, ID, null],
  ['Docker, systemd', `/system.slice/docker-${ID}.scope`, ID, null],
  ['Docker under a parent of its own', `/build.slice/docker-${ID}.scope`, ID, null],
  ['systemd in Docker', `/docker/${ID}/system.slice/sshd.service`, ID, null],
  ['Docker of Kubernetes, cgroupfs', `/kubepods/burstable/pod${UID}/${ID}`, ID, UID],
  ['Docker of Kubernetes, systemd', `${SLICE}/docker-${ID}.scope`, ID, UID],
  ['containerd, cgroupfs', `/kubepods/besteffort/pod${UID}/${ID}`, ID, UID],
  ['containerd, cgroupfs, guaranteed', `/kubepods/pod${UID}/${ID}`, ID, UID],
  ['containerd, systemd', `${SLICE}/cri-containerd-${ID}.scope`, ID, UID],
  [
    'containerd, systemd, guaranteed',
    `/kubepods.slice/kubepods-pod${UNDER}.slice/cri-containerd-${ID}.scope`,
    ID,
    UID,
  ],
  ['containerd, not told of systemd', `/kubepods-burstable-pod${UNDER}.slice:cri-containerd:${ID}`, ID, UID],
  [
    'containerd under a service',
    `/system.slice/containerd.service/kubepods-besteffort-pod${UNDER}.slice:cri-containerd:${ID}`,
    ID,
    UID,
  ],
  ['nerdctl, cgroupfs', `/default/${ID}`, ID, null],
  ['nerdctl, systemd', `/system.slice/nerdctl-${ID}.scope`, ID, null],
  ['CRI-O, cgroupfs', `/kubepods/besteffort/pod${UID}/crio-${ID}`, ID, UID],
  ['CRI-O, systemd', `${SLICE}/crio-${ID}.scope`, ID, UID],
  ['systemd in CRI-O', `${SLICE}/crio-${ID}.scope/container/init.scope`, ID, UID],
  ['the monitor of CRI-O, systemd', `${SLICE}/crio-conmon-${ID}.scope`, null, UID],
  ['the monitor of CRI-O, cgroupfs', `/kubepods/besteffort/pod${UID}/crio-conmon-${ID}`, null, UID],
  ['Podman, cgroupfs', `/libpod_parent/libpod-${ID}`, ID, null],
  ['Podman, systemd', `/machine.slice/libpod-${ID}.scope`, ID, null],
  ['Podman, systemd, split', `/machine.slice/libpod-${ID}.scope/container`, ID, null],
  ['Podman in a unit', `/system.slice/mon.service/libpod-payload-${ID}`, ID, null],
  [
    'Podman without root',
    `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope`,
    ID,
    null,
  ],
  [
    'a pod of Podman, systemd',
    `/machine.slice/machine-libpod_pod_${OUTER}.slice/libpod-${ID}.scope`,
    ID,
    null,
  ],
  ['a pod of Podman, cgroupfs', `/libpod_parent/${OUTER}/libpod-${ID}`, ID, null],
  ['the monitor of Podman', `/machine.slice/libpod-conmon-${ID}.scope`, null, null],
  ['a check of health by Podman', `/system.slice/${ID}.service`, null, null],
  ['a mount with an id in its name', `/system.slice/var-lib-docker-overlay2-${ID}-merged.mount`, null, null],
  ['a static pod, cgroupfs', `/kubepods/burstable/pod${HASH}/${ID}`, ID, HASH],
  ['a static pod, systemd', `/kubepods.slice/kubepods-pod${HASH}.slice/cri-containerd-${ID}.scope`, ID, HASH],
  [
    'a pod of a node that is a container, cgroupfs',
    `/docker/${OUTER}/kubelet/kubepods/pod${UID}/${ID}`,
    ID,
    UID,
  ],
  [
    'a pod of a node that is a container, systemd',
    `/system.slice/docker-${OUTER}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${UNDER}.slice/cri-containerd-${ID}.scope`,
    ID,
    UID,
  ],
  [
    'the kubelet of a node that is a container',
    `/docker/${OUTER}/kubelet.slice/kubelet.service`,
    OUTER,
    null,
  ],
  ['a pod without its containers', SLICE, null, UID],
  ['a group that is gone', `${SLICE}/cri-containerd-${ID}.scope (deleted)`, ID, UID],
  ['from within a namespace', `/../${ID}`, ID, null],
  ['a user of the machine', '/user.slice/user-0.slice/session-1.scope', null, null],
  ['the first process', '/init.scope', null, null],
  ['no group', '/', null, null],
  ['more digits than an id has', `/docker/${ID}0`, null, null],
]

/** What the process' groups look like where the hierarchies are those of version 1, 2 or both. */
const VERSIONS: Readonly<Record<string, (path: string) => string>> = {
  'version 1 in /proc': (path) => `9:memory:${path}\n8:pids:${path}\n1:name=systemd:${path}\n`,
  'version 2 in /proc': (path) => `0::${path}\n`,
  'both in /proc': (path) => `9:memory:${path}\n1:name=systemd:${path}\n0::/\n`,
  'both in /proc, the container in the second alone': (path) => `9:memory:/\n0::${path}\n`,
  'version 1 of an event': (path) => `memory=${path}\0pids=${path}\0`,
  'version 2 of an event': (path) => `=${path}\0`,
  'both of an event': (path) => `memory=${path}\0pids=${path}\0=/\0`,
}

describe.each(Object.entries(VERSIONS))('%s', (_, write) => {
  test.each(PATHS)('%s', (_name, path, containerId, podUid) => {
    expect(ownerOfControlGroups(write(path))).toEqual({ containerId, podUid })
  })
})

describe('the groups of a container, and of a pod', () => {
  test.each(PATHS)('%s', (_name, path, containerId, podUid) => {
    expect(isGroupOf(path, { ids: [ID], podUids: [] })).toBe(containerId === ID)
    expect(isGroupOf(path, { ids: [ID.slice(0, 12)], podUids: [] })).toBe(containerId === ID)
    const isOfPod = containerId !== null && podUid !== null
    expect(isGroupOf(path, { ids: [], podUids: [UID, HASH] })).toBe(isOfPod)
    expect(isGroupOf(path, { ids: ['00'.repeat(32)], podUids: ['9'.repeat(32)] })).toBe(false)
  })

  test('the monitor of a container within a container is the outer one’s alone', () => {
    const path = `/docker/${OUTER}/kubelet/kubepods/pod${UID}/crio-conmon-${ID}`
    expect(isGroupOf(path, { ids: [OUTER], podUids: [] })).toBe(true)
    expect(isGroupOf(path, { ids: [ID], podUids: [UID] })).toBe(false)
  })
})

test('takes any text', () => {
  fc.assert(fc.property(fc.string(), (text) => void ownerOfControlGroups(text)))
})
