import { Buffer } from 'node:buffer'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { endLeftovers, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { ownSensor } from './own-sensor.ts'

/**
 * What the sensor tells of each call that calls.c makes, in the order of the calls, as Falco's event table writes it: values of
 * flags are libs' own. FOLDER is where it works, N a number that the kernel chose.
 */
const EXPECTED = `
chdir res=0 path=FOLDER
openat fd=N(<d>FOLDER) dirfd=-100(AT_FDCWD) name=.(FOLDER) flags=1025(O_DIRECTORY|O_RDONLY) mode=0
dup2 res=20(<d>FOLDER) oldfd=N(<d>FOLDER) newfd=20(<d>FOLDER)
open fd=N(<f>FOLDER/a) name=a flags=20742(O_TRUNC|O_CREAT|O_WRONLY|O_CLOEXEC|O_F_CREATED) mode=0600
openat fd=N(<f>FOLDER/b) dirfd=20(<d>FOLDER) name=b(FOLDER/b) flags=16463(O_NONBLOCK|O_APPEND|O_CREAT|O_RDWR|O_F_CREATED) mode=0644
openat fd=-2(ENOENT) dirfd=-100(AT_FDCWD) name=nothing(FOLDER/nothing) flags=1(O_RDONLY) mode=0
openat2 fd=N(<f>FOLDER/c) dirfd=20(<d>FOLDER) name=c(FOLDER/c) flags=16391(O_CREAT|O_RDWR|O_F_CREATED) mode=0640 resolve=8(RESOLVE_NO_SYMLINKS)
creat fd=N(<f>FOLDER/d) name=d mode=0755 creat_flags=0
mkdir res=0 path=folder mode=1E8
mkdirat res=0 dirfd=20(<d>FOLDER) path=folder2(FOLDER/folder2) mode=1C0
link res=0 oldpath=a newpath=a2
linkat res=0 olddir=20(<d>FOLDER) oldpath=a(FOLDER/a) newdir=20(<d>FOLDER) newpath=a3(FOLDER/a3) flags=1024(AT_SYMLINK_FOLLOW)
symlink res=0 target=a linkpath=s
symlinkat res=0 target=a linkdirfd=20(<d>FOLDER) linkpath=s2(FOLDER/s2)
rename res=0 oldpath=a2 newpath=a4
renameat res=0 olddirfd=20(<d>FOLDER) oldpath=a3(FOLDER/a3) newdirfd=20(<d>FOLDER) newpath=a5(FOLDER/a5)
renameat2 res=0 olddirfd=20(<d>FOLDER) oldpath=a4(FOLDER/a4) newdirfd=20(<d>FOLDER) newpath=a6(FOLDER/a6) flags=1(RENAME_NOREPLACE)
chmod res=0 filename=a mode=04755(S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID)
fchmod res=0 fd=20(<d>FOLDER) mode=0700(S_IXUSR|S_IWUSR|S_IRUSR)
fchmodat res=0 dirfd=20(<d>FOLDER) filename=b(FOLDER/b) mode=0600(S_IWUSR|S_IRUSR)
fchmodat res=FCHMODAT2 dirfd=20(<d>FOLDER) filename=b(FOLDER/b) mode=02640(S_IRGRP|S_IWUSR|S_IRUSR|S_ISGID)
chown res=0 path=a uid=12 gid=34
lchown res=0 path=s uid=13 gid=35
fchown res=0 fd=20(<d>FOLDER) uid=0 gid=0
fchownat res=0 dirfd=20(<d>FOLDER) pathname=s(FOLDER/s) uid=14 gid=36 flags=1024(AT_SYMLINK_NOFOLLOW)
mknod res=0 path=node mode=010600(S_IWUSR|S_IRUSR|S_IFIFO) dev=0
mknodat res=0 dirfd=20(<d>FOLDER) path=node2(FOLDER/node2) mode=010640(S_IRGRP|S_IWUSR|S_IRUSR|S_IFIFO) dev=0
unlink res=0 path=a5
unlinkat res=0 dirfd=20(<d>FOLDER) name=folder2(FOLDER/folder2) flags=512(AT_REMOVEDIR)
unlinkat res=0 dirfd=20(<d>FOLDER) name=a6(FOLDER/a6) flags=0
rmdir res=0 path=folder
fchdir res=0 fd=20(<d>FOLDER)
dup res=N(<d>FOLDER) oldfd=20(<d>FOLDER)
dup2 res=21(<d>FOLDER) oldfd=20(<d>FOLDER) newfd=21(<d>FOLDER)
dup3 res=22(<d>FOLDER) oldfd=20(<d>FOLDER) newfd=22(<d>FOLDER) flags=4097(O_RDONLY|O_CLOEXEC)
fcntl res=30(<d>FOLDER) fd=20(<d>FOLDER) cmd=26(F_DUPFD_CLOEXEC) arg=1E
pipe res=0 fd1=N(<p>pipe:[N]) fd2=N(<p>pipe:[N]) ino=N
pipe2 res=0 fd1=N(<p>pipe:[N]) fd2=N(<p>pipe:[N]) ino=N flags=65(O_NONBLOCK|O_RDONLY)
memfd_create fd=N(<m>memory) name=memory flags=3(MFD_CLOEXEC|MFD_ALLOW_SEALING)
userfaultfd res=N flags=4161(O_NONBLOCK|O_RDONLY|O_CLOEXEC)
io_uring_setup res=N entries=8 sq_entries=8 cq_entries=32 flags=48(IORING_SETUP_CQSIZE|IORING_SETUP_CLAMP) sq_thread_cpu=1 sq_thread_idle=70 features=FEATURES
io_uring_setup res=-14(EFAULT) entries=0 sq_entries=0 cq_entries=0 flags=0 sq_thread_cpu=0 sq_thread_idle=0 features=0
splice res=-9(EBADF) fd_in=20(<d>FOLDER) fd_out=21(<d>FOLDER) size=4096 flags=1(SPLICE_F_MOVE)
open fd=N(<f>FOLDER/target) name=target flags=16390(O_CREAT|O_WRONLY|O_F_CREATED) mode=0600
splice res=7 fd_in=N(<p>pipe:[N]) fd_out=N(<f>FOLDER/target) size=100 flags=5(SPLICE_F_MOVE|SPLICE_F_MORE)
socket fd=N(<4>) domain=2(AF_INET) type=524289 proto=0 flags=4096(O_CLOEXEC)
dup2 res=40(<4>) oldfd=N(<4>) newfd=40(<4>)
bind res=0 addr=127.0.0.1:0 fd=40(<4>127.0.0.1:0)
listen res=0 fd=40(<4>127.0.0.1:0) backlog=7
accept4 fd=-22(EINVAL) tuple=<NA> queuepct=0 queuelen=0 queuemax=0 flags=0
accept fd=-88(ENOTSOCK) tuple=<NA> queuepct=0 queuelen=0 queuemax=0
socket fd=N(<4>) domain=2(AF_INET) type=1 proto=0 flags=0(O_NONE)
dup2 res=45(<4>) oldfd=N(<4>) newfd=45(<4>)
connect res=0 tuple=127.0.0.1:PORT->127.0.0.1:PORT fd=45(<4t>127.0.0.1:PORT->127.0.0.1:PORT) addr=127.0.0.1:PORT
accept fd=N(<4t>127.0.0.1:PORT->127.0.0.1:PORT) tuple=127.0.0.1:PORT->127.0.0.1:PORT queuepct=0 queuelen=0 queuemax=7
socket fd=N(<4>) domain=2(AF_INET) type=1 proto=0 flags=0(O_NONE)
dup2 res=46(<4>) oldfd=N(<4>) newfd=46(<4>)
connect res=0 tuple=127.0.0.1:PORT->127.0.0.1:PORT fd=46(<4t>127.0.0.1:PORT->127.0.0.1:PORT) addr=127.0.0.1:PORT
accept4 fd=N(<4t>127.0.0.1:PORT->127.0.0.1:PORT) tuple=127.0.0.1:PORT->127.0.0.1:PORT queuepct=0 queuelen=0 queuemax=7 flags=0
socket fd=N(<4>) domain=2(AF_INET) type=2050 proto=17 flags=64(O_NONBLOCK)
dup2 res=41(<4>) oldfd=N(<4>) newfd=41(<4>)
socket fd=N(<4>) domain=2(AF_INET) type=2 proto=0 flags=0(O_NONE)
dup2 res=44(<4>) oldfd=N(<4>) newfd=44(<4>)
bind res=0 addr=127.0.0.1:0 fd=44(<4>127.0.0.1:0)
sendto res=9 data=greetings fd=41(<4u>127.0.0.1:PORT->127.0.0.1:PORT) size=9 tuple=0.0.0.0:PORT->127.0.0.1:PORT
sendmsg res=2 data=hi fd=41(<4u>127.0.0.1:PORT->127.0.0.1:PORT) size=2 tuple=0.0.0.0:PORT->127.0.0.1:PORT
connect res=0 tuple=127.0.0.1:PORT->127.0.0.1:PORT fd=41(<4u>127.0.0.1:PORT->127.0.0.1:PORT) addr=127.0.0.1:PORT
sendto res=5 data=hello fd=41(<4u>127.0.0.1:PORT->127.0.0.1:PORT) size=5 tuple=127.0.0.1:PORT->127.0.0.1:PORT
sendmsg res=2 data=hi fd=41(<4u>127.0.0.1:PORT->127.0.0.1:PORT) size=2 tuple=127.0.0.1:PORT->127.0.0.1:PORT
sendto res=-88(ENOTSOCK) data=file fd=20(<d>FOLDER) size=4 tuple=<NA>
recvfrom res=9 data=greetings tuple=127.0.0.1:PORT->127.0.0.1:PORT fd=44(<4u>127.0.0.1:PORT->127.0.0.1:PORT) size=16
recvmsg res=2 size=2 data=h tuple=127.0.0.1:PORT->127.0.0.1:PORT msgcontrol=NULL fd=44(<4u>127.0.0.1:PORT->127.0.0.1:PORT)
recvfrom res=5 data=hel tuple=0.0.0.0:0->127.0.0.1:PORT fd=44(<4u>127.0.0.1:PORT->127.0.0.1:0) size=3
recvmsg res=1 size=1 data=h tuple=0.0.0.0:0->127.0.0.1:PORT msgcontrol=NULL fd=44(<4u>127.0.0.1:PORT->127.0.0.1:0)
recvfrom res=-11(EAGAIN) data=NULL tuple=<NA> fd=44(<4u>127.0.0.1:PORT->127.0.0.1:0) size=16
recvmsg res=-88(ENOTSOCK) size=0 data=NULL tuple=<NA> msgcontrol=NULL fd=20(<d>FOLDER)
socket fd=N(<u>) domain=1(AF_LOCAL|AF_UNIX) type=1 proto=0 flags=0(O_NONE)
dup2 res=42(<u>) oldfd=N(<u>) newfd=42(<u>)
connect res=-2(ENOENT) tuple=ADDRESS->0 socket fd=42(<u>) addr=socket
socketpair res=0 fd1=N(<u>ADDRESS->ADDRESS) fd2=N(<u>ADDRESS->ADDRESS) source=ADDRESS peer=ADDRESS domain=1(AF_LOCAL|AF_UNIX) type=2 proto=0
socket fd=N(<u>) domain=1(AF_LOCAL|AF_UNIX) type=2 proto=0 flags=0(O_NONE)
dup2 res=43(<u>) oldfd=N(<u>) newfd=43(<u>)
bind res=0 addr=@haetae-N fd=43(<u>@haetae-N)
sendto res=4 data=self fd=43(<u>@haetae-N) size=4 tuple=ADDRESS->0 @haetae-N
connect res=0 tuple=ADDRESS->ADDRESS @haetae-N fd=43(<u>ADDRESS->ADDRESS @haetae-N) addr=@haetae-N
recvfrom res=4 data=self tuple=ADDRESS->ADDRESS @haetae-N fd=43(<u>ADDRESS->ADDRESS @haetae-N) size=16
EXECUTED
EXECUTED
setns res=-22(EINVAL) fd=20(<d>FOLDER) nstype=16(CLONE_NEWNET)
unshare res=0 flags=160(CLONE_NEWNS|CLONE_NEWUTS)
mount res=-2(ENOENT) dev=none dir=/nothing-of-this-name type=tmpfs flags=11(RDONLY|NOSUID|NOEXEC)
umount2 res=-2(ENOENT) name=/nothing-of-this-name flags=10(DETACH|NOFOLLOW)
chroot res=-2(ENOENT) path=/nothing-of-this-name
ptrace res=-3(ESRCH) addr=0 data=0 request=11(PTRACE_ATTACH) pid=99999999
process_vm_readv res=0 pid=99999999 data=NULL
process_vm_writev res=0 pid=99999999 data=NULL
process_vm_readv res=6 pid=N(callsofatest) data=memory
process_vm_writev res=5 pid=N(callsofatest) data=there
kill res=-3(ESRCH) pid=99999999 sig=10(SIGUSR1)
tkill res=-3(ESRCH) tid=99999999 sig=9(SIGKILL)
tgkill res=-3(ESRCH) pid=99999998 tid=99999999 sig=15(SIGTERM)
prctl res=0 option=15(PR_SET_NAME) arg2_str=callsofatest arg2_int=N
prctl res=0 option=4(PR_SET_DUMPABLE) arg2_str=<NA> arg2_int=1
init_module img=no module length=9 uargs=param=1
finit_module fd=20(<d>FOLDER) uargs=param=2 flags=2(MODULE_INIT_IGNORE_VERMAGIC)
delete_module name=no_such_module flags=3(O_NONBLOCK|O_TRUNC)
bpf fd=-14(EFAULT) cmd=7(BPF_OBJ_GET)
bpf fd=N(<b>) cmd=0(BPF_MAP_CREATE)
pivot_root
setresgid res=0 rgid=5 egid=6 sgid=7
setregid res=0 rgid=5 egid=6
setgid res=0 gid=6
setresuid res=0 ruid=-1(<NONE>) euid=-1(<NONE>) suid=-1(<NONE>)
setreuid res=0 ruid=0 euid=8
setuid res=-1(EPERM) uid=9
setsid res=N(callsofatest)
execve res=-13(EACCES)
execveat res=-13(EACCES)
`
  .replace('FCHMODAT2', hasFchmodat2() ? '0' : '-38(ENOSYS)')
  // All that libs has names for: Linux has had them since 5.13.
  .replace(
    'FEATURES',
    '2047(IORING_FEAT_SINGLE_MMAP|IORING_FEAT_NODROP|IORING_FEAT_SUBMIT_STABLE|IORING_FEAT_RW_CUR_POS|' +
      'IORING_FEAT_CUR_PERSONALITY|IORING_FEAT_FAST_POLL|IORING_FEAT_POLL_32BITS|IORING_FEAT_SQPOLL_NONFIXED|' +
      'IORING_FEAT_ENTER_EXT_ARG|IORING_FEAT_NATIVE_WORKERS|IORING_FEAT_RSRC_TAGS)',
  )
  .replaceAll(
    'EXECUTED',
    // A successful execveat is an execve in Falco's events, too.
    'execve res=0 exe=again args=with two.arguments. tid=N pid=N ptid=N cwd=FOLDER fdlimit=N pgft_maj=N pgft_min=N ' +
      'vm_size=N vm_rss=<NA> vm_swap=<NA> comm=callsofatest cgroups=GROUPS env=KEY=value. tty=N vpgid=N loginuid=N ' +
      'flags=1(EXE_WRITABLE) cap_inheritable=N cap_permitted=N cap_effective=N exe_ino=N exe_ino_ctime=N exe_ino_mtime=N ' +
      'uid=0(root) trusted_exepath=PROGRAM pgid=N gid=0(root) filename=PROGRAM',
  )
  .trim()
  .split('\n')

const { path: sensor, otherwise } = sensorBinary()
const hasCompiler = spawnSync('cc', ['--version']).status === 0

interface Line {
  readonly type: string
  readonly fields: Readonly<Record<string, string>>
}

/** What of a program depends on the machine, and on when it ran. */
const OF_EXECUTION =
  /\b(tid|pid|ptid|fdlimit|pgft_maj|pgft_min|vm_size|tty|vpgid|pgid|loginuid|cap_\w+|exe_ino(?:_[cm]time)?)=\S+( \d\d:\S+)?/g

/** Calls whose result is a number that the kernel chose. */
const CHOSEN_RESULT = new Set(['dup', 'userfaultfd', 'io_uring_setup', 'setsid'])

/** Without devices, names of users and groups of this machine, and numbers that the kernel chose. */
function comparable({ type, fields }: Line, folder: string, program: string): string {
  const args = (fields['evt.args'] ?? '')
    .replaceAll(folder, 'FOLDER')
    .replaceAll(program, 'PROGRAM')
    .replace(/ dev=[0-9A-F]+ ino=\d+/, '')
    .replace(/ ino=\d+/, ' ino=N')
    .replace(/pipe:\[\d+\]/g, 'pipe:[N]')
    .replace(/\b((?:127|0)\.0\.0\.[01]):\d{2,}/g, '$1:PORT')
    .replace(/\b[0-9a-f]{12,16}\b/gi, 'ADDRESS')
    .replace(/@haetae-\d+/g, '@haetae-N')
    .replace(/\bpid=\d+(?=\(callsofatest\))/, 'pid=N')
    .replace(/\b(fd_(?:in|out))=(?!(?:20|21)\()\d+(?=\()/g, '$1=N')
    .replace(/\b((?:old)?fd[12]?)=(?!(?:20|21|22|4[0-6])\()(\d+)(?=\()/g, '$1=N')
    .replace(/arg2_int=\d{6,}/, 'arg2_int=N')
  if (type === 'execve')
    return `${type} ${args.replace(/cgroups=.*? env=/, 'cgroups=GROUPS env=').replace(OF_EXECUTION, '$1=N')}`
  const named = /^set(?:re|res)?[ug]id$/.test(type) ? args.replace(/([ug]id=\d+)\([^)]*\)/g, '$1') : args
  const made = CHOSEN_RESULT.has(type) ? named.replace(/^res=\d+/, 'res=N') : named
  // Kernels without modules have no such calls.
  const shown = type.endsWith('_module') ? made.replace(/^res=-\S+ /, '') : made
  return `${type === 'syscall' ? fields['evt.type'] : type} ${shown}`.trim()
}

/** The lines with a word in them, as far as a file that grows has them by now. */
function linesOf(file: string, word: string): () => readonly Line[] {
  const found: Line[] = []
  const chunk = Buffer.alloc(1 << 20)
  let at = 0
  let rest = Buffer.alloc(0)
  return () => {
    const input = openSync(file, 'r')
    try {
      for (let size = 1; size > 0; ) {
        size = readSync(input, chunk, 0, chunk.length, at)
        at += size
        const bytes = Buffer.concat([rest, chunk.subarray(0, size)])
        const end = bytes.lastIndexOf('\n') + 1
        rest = bytes.subarray(end)
        for (const line of bytes.toString('utf8', 0, end).split('\n'))
          if (line.includes(word)) found.push(JSON.parse(line) as Line)
      }
    } finally {
      closeSync(input)
    }
    return found
  }
}

/** Linux has it from 6.6 on. */
function hasFchmodat2(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number.parseFloat)
  return major > 6 || (major === 6 && minor >= 6)
}

afterEach(endLeftovers)

describe(
  'arguments of calls',
  needs(sensor && hasCompiler, sensor === undefined ? otherwise : 'no cc'),
  () => {
    test.each([
      ['are those of the event table, call by call', ''],
      ['are the same with the program that kernels before 6.2 run', '--without-casts'],
    ])('%s', async (_, option) => {
      const outer = mkdtempSync(join(tmpdir(), 'haetae-arguments-'))
      try {
        const [program, rules, file] = ['callsofatest', 'rules.yaml', 'events.jsonl'].map((name) =>
          join(outer, name),
        ) as [string, string, string]
        const compiled = spawnSync(
          'cc',
          ['-O1', '-static', '-o', program, join(import.meta.dirname, 'calls.c')],
          {
            encoding: 'utf8',
          },
        )
        expect(compiled.stderr).toBe('')
        const types = [...new Set(EXPECTED.map((line) => line.split(' ')[0]))]
        writeFileSync(
          rules,
          `- rule: calls\n  desc: any\n  condition: evt.type in (${types.join(', ')})\n  output: "%proc.env"\n  priority: INFO\n`,
        )
        const folder = mkdtempSync(join(outer, 'work-'))
        // It waits until it is looked at; what else the machine does is not told then.
        const running = spawn('sh', ['-c', 'read line; exec "$0" "$1"', program, folder], {
          stdio: ['pipe', 'ignore', 'inherit'],
        })
        const ended = once(running, 'close')
        const ofProgram = ownSensor(sensor, outer, running.pid, option)
        const capture = start(['capture', '--live', '--sensor', ofProgram, '-r', rules, '-o', file])
        await capture.until(() => capture.stderr().includes('recording'))
        running.stdin.end('go\n')
        expect(await ended).toEqual([7, null])
        const events = linesOf(file, `"proc.exepath":"${program}"`)
        await capture.until(() => events().some(({ type }) => type === 'execveat'))
        await capture.stop()
        const all = events().map((event) => comparable(event, folder, program))
        // What the loader of programs does comes before.
        const seen = all.slice(all.indexOf('chdir res=0 path=FOLDER'))
        expect(seen).toEqual(EXPECTED)
      } finally {
        rmSync(outer, { recursive: true, force: true })
      }
    })
  },
)
