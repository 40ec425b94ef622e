import { readTable } from './table.ts'

/** Fields of the process and the thread that make an event (libs, sinsp_filtercheck_thread.cpp). */
export const PROCESS_FIELDS = readTable(`
  proc.exe CHARBUF
  proc.pexe CHARBUF
  proc.aexe CHARBUF argument=index not-comparable not-transformable any
  proc.exepath CHARBUF
  proc.pexepath CHARBUF
  proc.aexepath CHARBUF argument=index not-comparable not-transformable any
  proc.name CHARBUF
  proc.pname CHARBUF
  proc.aname CHARBUF argument=index not-comparable not-transformable any
  proc.args CHARBUF argument=index
  proc.aargs CHARBUF argument=index not-comparable not-transformable any
  proc.cmdline CHARBUF
  proc.pcmdline CHARBUF
  proc.acmdline CHARBUF argument=index not-comparable not-transformable any
  proc.cmdnargs UINT64
  proc.cmdlenargs UINT64
  proc.exeline CHARBUF
  proc.env CHARBUF argument=key
  proc.aenv CHARBUF argument=key not-comparable not-transformable any
  proc.cwd CHARBUF
  proc.loginshellid INT64
  proc.tty UINT32
  proc.pid INT64
  proc.ppid INT64
  proc.apid INT64 argument=index not-comparable not-transformable any
  proc.vpid INT64
  proc.pvpid INT64
  proc.sid INT64
  proc.sname CHARBUF
  proc.sid.exe CHARBUF
  proc.sid.exepath CHARBUF
  proc.pgid INT64
  proc.pgid.name CHARBUF
  proc.pgid.exe CHARBUF
  proc.pgid.exepath CHARBUF
  proc.vpgid INT64
  proc.vpgid.name CHARBUF
  proc.vpgid.exe CHARBUF
  proc.vpgid.exepath CHARBUF
  proc.duration RELTIME
  proc.ppid.duration RELTIME
  proc.pid.ts RELTIME
  proc.ppid.ts RELTIME
  proc.is_exe_writable BOOL
  proc.is_exe_upper_layer BOOL
  proc.is_exe_lower_layer BOOL
  proc.is_exe_from_memfd BOOL
  proc.is_sid_leader BOOL
  proc.is_pgid_leader BOOL
  proc.is_vpgid_leader BOOL
  proc.exe_ino INT64
  proc.exe_ino.ctime ABSTIME
  proc.exe_ino.mtime ABSTIME
  proc.exe_ino.ctime_duration_proc_start ABSTIME
  proc.exe_ino.ctime_duration_pidns_start ABSTIME
  proc.pidns_init_start_ts UINT64
  proc.fdopencount UINT64
  proc.fdlimit INT64
  proc.fdusage DOUBLE
  proc.vmsize UINT64
  proc.vmrss UINT64
  proc.vmswap UINT64
  proc.nthreads UINT64
  proc.nchilds UINT64
  proc.stdin.name CHARBUF
  proc.stdin.type CHARBUF
  proc.stdout.name CHARBUF
  proc.stdout.type CHARBUF
  proc.stderr.name CHARBUF
  proc.stderr.type CHARBUF
  thread.cap_permitted CHARBUF
  thread.cap_inheritable CHARBUF
  thread.cap_effective CHARBUF
  thread.pfmajor UINT64
  thread.pfminor UINT64
  thread.tid INT64
  thread.ismain BOOL
  thread.vtid INT64
  thread.nametid CHARBUF
  thread.exectime RELTIME
  thread.totexectime RELTIME
  thread.cgroups CHARBUF
  thread.cgroup CHARBUF argument-required=name
  thread.cpu DOUBLE
  thread.cpu.user DOUBLE
  thread.cpu.system DOUBLE
  thread.vmsize UINT64
  thread.vmrss UINT64
  thread.vmsize.b UINT64
  thread.vmrss.b UINT64
`)
