import { readTable } from './table.ts'

/** Fields of every event, whatever its source (libs, sinsp_filtercheck_gen_event.cpp). */
export const EVENT_FIELDS = readTable(`
  evt.num UINT64
  evt.time CHARBUF
  evt.time.s CHARBUF
  evt.time.iso8601 CHARBUF
  evt.datetime CHARBUF
  evt.datetime.s CHARBUF
  evt.rawtime ABSTIME
  evt.rawtime.s ABSTIME
  evt.rawtime.ns ABSTIME
  evt.reltime RELTIME
  evt.reltime.s RELTIME
  evt.reltime.ns RELTIME
  evt.pluginname CHARBUF
  evt.plugininfo CHARBUF
  evt.source CHARBUF
  evt.is_async BOOL
  evt.asynctype CHARBUF
  evt.hostname CHARBUF
`)

/** Fields of system calls themselves (libs, sinsp_filtercheck_event.cpp, sinsp_filtercheck_fspath.cpp and others). */
export const SYSCALL_EVENT_FIELDS = readTable(`
  evt.latency RELTIME
  evt.latency.s RELTIME
  evt.latency.ns RELTIME
  evt.latency.quantized UINT64
  evt.latency.human CHARBUF
  evt.deltatime RELTIME
  evt.deltatime.s RELTIME
  evt.deltatime.ns RELTIME
  evt.outputtime CHARBUF
  evt.dir CHARBUF
  evt.type CHARBUF
  evt.type.is UINT32 argument-required=name
  syscall.type CHARBUF
  evt.category CHARBUF
  evt.cpu INT16
  evt.args CHARBUF
  evt.arg CHARBUF argument-required=name
  evt.rawarg DYNAMIC argument-required=name not-comparable not-transformable
  evt.info CHARBUF
  evt.buffer BYTEBUF
  evt.buflen UINT64
  evt.res CHARBUF
  evt.rawres INT64
  evt.failed BOOL
  evt.is_io BOOL
  evt.is_io_read BOOL
  evt.is_io_write BOOL
  evt.io_dir CHARBUF
  evt.is_wait BOOL
  evt.wait_latency RELTIME
  evt.is_syslog BOOL
  evt.count UINT32
  evt.count.error UINT32
  evt.count.error.file UINT32
  evt.count.error.net UINT32
  evt.count.error.memory UINT32
  evt.count.error.other UINT32
  evt.count.exit UINT32
  evt.count.procinfo UINT32
  evt.count.threadinfo UINT32
  evt.around UINT64 argument-required=key filter-only not-comparable not-transformable
  evt.abspath CHARBUF argument=name
  evt.buflen.in UINT64
  evt.buflen.out UINT64
  evt.buflen.file UINT64
  evt.buflen.file.in UINT64
  evt.buflen.file.out UINT64
  evt.buflen.net UINT64
  evt.buflen.net.in UINT64
  evt.buflen.net.out UINT64
  evt.is_open_read BOOL
  evt.is_open_write BOOL
  evt.is_open_exec BOOL
  evt.is_open_create BOOL
  fs.path.name CHARBUF
  fs.path.nameraw CHARBUF
  fs.path.source CHARBUF
  fs.path.sourceraw CHARBUF
  fs.path.target CHARBUF
  fs.path.targetraw CHARBUF
  syslog.facility.str CHARBUF
  syslog.facility UINT32
  syslog.severity.str CHARBUF
  syslog.severity UINT32
  syslog.message CHARBUF
  user.uid UINT32
  user.name CHARBUF
  user.homedir CHARBUF
  user.shell CHARBUF
  user.loginuid INT64
  user.loginname CHARBUF
  group.gid UINT32
  group.name CHARBUF
`)
