export { type Particle, withParticle } from './korean.ts'
export { LANGUAGES, type Language, type Localized, languageOf } from './language.ts'
export { type Catalogue, defineMessages, type Message, type MessageSet, type Rendering } from './message.ts'
export { createRenderer, type Render } from './render.ts'
