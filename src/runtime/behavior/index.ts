export { SECCOMP_ARCHITECTURES, type SeccompArchitecture } from './seccomp/architectures.ts'
export { SECCOMP_BASES, type SeccompBase } from './seccomp/base-calls.ts'
export { type SeccompRequest, seccompProfile, UnknownCallError } from './seccomp/profile.ts'
