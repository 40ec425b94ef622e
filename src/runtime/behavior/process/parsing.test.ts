import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CAPABILITIES } from '../../../kubernetes/index.ts'
import { databaseOf } from './databases.ts'
import { parseMountInfo } from './mount-info.ts'
import { parseInternetSockets, parseUnixSockets } from './socket-table.ts'
import { capabilityNames, parseStatus } from './status.ts'

describe('status', () => {
  test('of a container’s process', () => {
    const status = parseStatus(
      'Name:\thttpd\nPPid:\t10\nUid:\t0\t1000\t1000\t1000\nGid:\t0\t100\t100\t100\nGroups:\t5 20 \nNSpid:\t4711\t1\nCapEff:\t0000000000000400\nCapBnd:\t00000000a80425fb\nNoNewPrivs:\t1\nSeccomp:\t2\n',
    )
    expect(status).toMatchObject({
      name: 'httpd',
      parent: 10,
      innerPid: 1,
      identity: { uid: 1000, gid: 100, realUid: 0, realGid: 0, groups: [5, 20] },
      noNewPrivileges: true,
      seccomp: 'filter',
    })
    expect(status.capabilities.effective).toEqual(['NET_BIND_SERVICE'])
    expect(status.capabilities.bounding).toHaveLength(14)
  })

  test('any bits give their names back', () => {
    fc.assert(
      fc.property(fc.subarray([...CAPABILITIES]), (names) => {
        const bits = names.reduce((sum, name) => sum | (1n << BigInt(CAPABILITIES.indexOf(name))), 0n)
        expect(capabilityNames(bits.toString(16))).toEqual(names)
      }),
    )
  })

  test('takes any text', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseStatus(text)))
  })
})

describe('mounts', () => {
  test('escapes and optional fields', () => {
    const text =
      '36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 shared:3 - ext3 /dev/root rw,errors=continue\n40 35 0:1 / / ro - overlay overlay rw\nnonsense\n'
    expect(parseMountInfo(text)).toEqual([
      {
        mountPoint: '/mnt 2',
        type: 'ext3',
        source: '/dev/root',
        root: '/mnt1',
        isReadOnly: false,
        options: ['rw', 'noatime'],
      },
      { mountPoint: '/', type: 'overlay', source: 'overlay', root: '/', isReadOnly: true, options: ['ro'] },
    ])
  })

  test('tell where the node has the same', () => {
    const node = [
      '20 1 8:1 / / rw - ext4 /dev/sda rw',
      '21 20 0:25 / /run rw - tmpfs tmpfs rw',
      '22 20 8:16 / /data rw - ext4 /dev/sdb rw',
      '23 20 8:16 /deep /other rw - ext4 /dev/sdb rw',
    ].join('\n')
    const paths = (...lines: readonly string[]) =>
      parseMountInfo(lines.join('\n'), node).map(({ nodePath }) => nodePath)
    expect(
      paths(
        '50 40 8:1 / /host rw - ext4 /dev/sda rw',
        '51 40 8:1 /etc /conf rw - ext4 /dev/sda rw',
        '52 40 0:25 / /host-run rw - tmpfs tmpfs rw',
        '53 40 0:25 /docker.sock /x rw - tmpfs tmpfs rw',
        '54 40 8:16 /deep/er /y rw - ext4 /dev/sdb rw',
        '55 40 8:16 /deepest /z rw - ext4 /dev/sdb rw',
        '56 40 0:77 / /tmp rw - tmpfs tmpfs rw',
      ),
    ).toEqual(['/', '/etc', '/run', '/run/docker.sock', '/other/er', '/data/deepest', undefined])
  })

  test('takes any text', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (text, node) => void parseMountInfo(text, node)))
  })
})

describe('sockets', () => {
  const HEAD = '  sl  local_address rem_address   st\n'
  const line = (local: string, remote: string, state: string) =>
    `${HEAD}   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 677846 1\n`

  test.each([
    ['tcp', '0100007F:1F90', '00000000:0000', '0A', '127.0.0.1:8080', null, 'LISTEN'],
    ['tcp', '0100007F:1F90', '0200000A:01BB', '01', '127.0.0.1:8080', '10.0.0.2:443', 'ESTABLISHED'],
    ['tcp6', `${'0'.repeat(24)}01000000:0050`, `${'0'.repeat(32)}:0000`, '0A', '[::1]:80', null, 'LISTEN'],
    [
      'tcp6',
      '0000000000000000FFFF00000100007F:0050',
      'B80D01200000000000000000EFBE0000:1234',
      '01',
      '[::ffff:127.0.0.1]:80',
      '[2001:db8::beef]:4660',
      'ESTABLISHED',
    ],
    ['udp', '00000000:0035', '00000000:0000', '07', '0.0.0.0:53', null, 'BOUND'],
  ] as const)('%s %s %s', (protocol, local, remote, state, shownLocal, shownRemote, name) => {
    expect(parseInternetSockets(line(local, remote, state), protocol).get('677846')).toEqual({
      protocol,
      local: shownLocal,
      remote: shownRemote,
      state: name,
    })
  })

  test('of unix', () => {
    const text =
      'Num       RefCount Protocol Flags    Type St Inode Path\n00: 00000002 00000000 00010000 0001 01 706540 /run/a b.sock\n'
    expect(parseUnixSockets(text).get('706540')).toEqual({
      protocol: 'unix',
      local: '/run/a b.sock',
      remote: null,
      state: 'LISTEN',
    })
  })

  test('take any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseInternetSockets(text, 'tcp6')
        parseUnixSockets(text)
      }),
    )
  })
})

test.each([
  ['/var/lib/etcd/member/snap/db', undefined, 'etcd'],
  ['/var/lib/etcd/member/wal/0000000000000000-0000000000000000.wal', undefined, 'etcd'],
  ['/x/y.db', Buffer.from('SQLite format 3\0rest'), 'sqlite'],
  ['/var/lib/postgresql/15/main/base/16384/2619', undefined, 'postgresql'],
  ['/var/lib/mysql/shop/orders.ibd', undefined, 'mysql'],
  ['/data/db/collection-0-1234.wt', undefined, 'mongodb'],
  ['/data/dump.rdb', Buffer.from('REDIS0011'), 'redis'],
  ['/etc/passwd', Buffer.from('root:x:0:0'), undefined],
])('%s is of %s', (path, head, kind) => {
  expect(databaseOf(path, head)).toBe(kind)
})
