import { defineMessages, withParticle } from '../../../messages/index.ts'
import {
  SECCOMP_ARCHITECTURES,
  SECCOMP_BASES,
  type SeccompArchitecture,
  type SeccompBase,
  seccompProfile,
  UnknownCallError,
} from '../../../runtime/behavior/index.ts'
import { type Engine, RequestError } from '../engine.ts'

interface Request {
  readonly syscalls: readonly string[]
  readonly base?: SeccompBase
  readonly architectures?: readonly SeccompArchitecture[]
  readonly mode?: 'refuse' | 'log'
}

interface Unknown {
  readonly unknown: UnknownCallError['unknown']
}

const seccompEvalMessages = defineMessages('eval-seccomp', {
  unknownCalls: {
    en: ({ unknown }: Unknown) =>
      unknown
        .map(
          ({ name, nearest }) =>
            `"${name}" is no system call${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
        )
        .join('; '),
    ko: ({ unknown }: Unknown) =>
      unknown
        .map(
          ({ name, nearest }) =>
            `${withParticle(`"${name}"`, '은/는')} 시스템 콜이 아닙니다${nearest === undefined ? '' : `. 혹시 ${withParticle(nearest, '을/를')} 찾으셨습니까?`}`,
        )
        .join('; '),
  },
})

const NAMES = { type: 'array', items: { type: 'string' } }

/** `haetae eval seccomp`: names of system calls to a profile that allows them and no others. */
export const engine: Engine<Request> = {
  request: {
    type: 'object',
    required: ['syscalls'],
    additionalProperties: false,
    properties: {
      syscalls: { ...NAMES, description: 'names of system calls, of any architecture' },
      base: {
        enum: [...SECCOMP_BASES],
        description: 'the runtime whose own calls under the filter are added; without it containerd',
      },
      architectures: {
        type: 'array',
        items: { enum: [...SECCOMP_ARCHITECTURES] },
        description: 'without it SCMP_ARCH_X86_64',
      },
      mode: {
        enum: ['refuse', 'log'],
        description: 'what becomes of other calls: refused with EPERM (default), or done and logged',
      },
    },
  },
  answer: {
    type: 'object',
    required: ['defaultAction', 'architectures', 'syscalls'],
    additionalProperties: false,
    properties: {
      defaultAction: { enum: ['SCMP_ACT_ERRNO', 'SCMP_ACT_LOG'] },
      defaultErrnoRet: { type: 'integer' },
      architectures: NAMES,
      syscalls: {
        type: 'array',
        items: {
          type: 'object',
          required: ['names', 'action'],
          additionalProperties: false,
          properties: {
            names: NAMES,
            action: { enum: ['SCMP_ACT_ALLOW', 'SCMP_ACT_ERRNO'] },
            errnoRet: { type: 'integer' },
          },
        },
      },
    },
  },
  evaluate({ syscalls, base = 'containerd', architectures, mode }) {
    try {
      return seccompProfile({
        syscalls,
        base,
        ...(architectures && { architectures }),
        ...(mode && { mode }),
      })
    } catch (error) {
      if (!(error instanceof UnknownCallError)) throw error
      const { unknown } = error
      throw new RequestError('ERR_UNKNOWN_SYSCALL', seccompEvalMessages.make.unknownCalls({ unknown }))
    }
  },
}

export const messages = [seccompEvalMessages]
