import { Environment } from '../check/environment.ts'
import { AUTHORIZER_TYPES, authorizerLibrary } from '../library/authorizer.ts'
import { conversions } from '../library/conversions.ts'
import { operators } from '../library/operators.ts'
import { optionals } from '../library/optionals.ts'
import { textBasics } from '../library/text-basics.ts'

/**
 * What every expression in Kubernetes may use, without any variable (Kubernetes documentation, "Common Expression
 * Language in Kubernetes", "CEL options, language features, and libraries").
 */
export const baseEnvironment: Environment = new Environment({
  functions: [...operators, ...conversions, ...textBasics, ...optionals, ...authorizerLibrary],
  types: AUTHORIZER_TYPES,
})
