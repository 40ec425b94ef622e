import { readTable } from './table.ts'

/** Fields of the file descriptor that an event is about (libs, sinsp_filtercheck_fd.cpp, sinsp_filtercheck_fdlist.cpp). */
export const FILE_DESCRIPTOR_FIELDS = readTable(`
  fd.num INT64
  fd.type CHARBUF
  fd.typechar CHARBUF
  fd.name CHARBUF
  fd.directory CHARBUF
  fd.filename CHARBUF
  fd.ip IPADDR filter-only not-comparable not-transformable any-or-none
  fd.cip IPADDR
  fd.sip IPADDR
  fd.lip IPADDR
  fd.rip IPADDR
  fd.port PORT filter-only not-comparable not-transformable any-or-none
  fd.cport PORT
  fd.sport PORT
  fd.lport PORT
  fd.rport PORT
  fd.l4proto CHARBUF
  fd.sockfamily CHARBUF
  fd.is_server BOOL
  fd.uid CHARBUF
  fd.containername CHARBUF
  fd.containerdirectory CHARBUF
  fd.proto PORT filter-only not-comparable not-transformable any-or-none
  fd.cproto CHARBUF
  fd.sproto CHARBUF
  fd.lproto CHARBUF
  fd.rproto CHARBUF
  fd.net IPNET filter-only not-comparable not-transformable any-or-none
  fd.cnet IPNET filter-only not-comparable not-transformable
  fd.snet IPNET filter-only not-comparable not-transformable
  fd.lnet IPNET filter-only not-comparable not-transformable
  fd.rnet IPNET filter-only not-comparable not-transformable
  fd.connected BOOL
  fd.name_changed BOOL
  fd.cip.name CHARBUF not-comparable not-transformable any-or-none
  fd.sip.name CHARBUF not-comparable not-transformable any-or-none
  fd.lip.name CHARBUF not-comparable not-transformable any-or-none
  fd.rip.name CHARBUF not-comparable not-transformable any-or-none
  fd.dev INT32 hex
  fd.dev.major INT32
  fd.dev.minor INT32
  fd.ino INT64
  fd.nameraw CHARBUF
  fd.types CHARBUF list argument=index not-comparable
  fd.is_upper_layer BOOL
  fd.is_lower_layer BOOL
  fdlist.nums CHARBUF
  fdlist.names CHARBUF
  fdlist.cips CHARBUF
  fdlist.sips CHARBUF
  fdlist.cports CHARBUF
  fdlist.sports CHARBUF
`)
