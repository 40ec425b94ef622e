/** Names that libseccomp and the OCI runtime specification give to architectures ("Seccomp", architectures). */
export const SECCOMP_ARCHITECTURES = [
  'SCMP_ARCH_X86',
  'SCMP_ARCH_X86_64',
  'SCMP_ARCH_X32',
  'SCMP_ARCH_ARM',
  'SCMP_ARCH_AARCH64',
  'SCMP_ARCH_MIPS',
  'SCMP_ARCH_MIPS64',
  'SCMP_ARCH_MIPS64N32',
  'SCMP_ARCH_MIPSEL',
  'SCMP_ARCH_MIPSEL64',
  'SCMP_ARCH_MIPSEL64N32',
  'SCMP_ARCH_PPC',
  'SCMP_ARCH_PPC64',
  'SCMP_ARCH_PPC64LE',
  'SCMP_ARCH_S390',
  'SCMP_ARCH_S390X',
  'SCMP_ARCH_PARISC',
  'SCMP_ARCH_PARISC64',
  'SCMP_ARCH_RISCV64',
] as const
export type SeccompArchitecture = (typeof SECCOMP_ARCHITECTURES)[number]

/**
 * Of x86-64 alone: what is not listed is refused whole, so that the 32-bit entries of the kernel, for which nothing was
 * observed, are closed. A runtime adds the node's own architecture by itself.
 */
export const DEFAULT_ARCHITECTURES: readonly SeccompArchitecture[] = ['SCMP_ARCH_X86_64']
