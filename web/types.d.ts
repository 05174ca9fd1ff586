// What vite adds to imports.
declare module 'core.wasm?url' {
    const url: string
    export default url
}
declare module 'virtual:library-licences' {
    export const libraries: { title: string; text: string }[]
}
declare module 'virtual:gzip/*' {
    const text: string
    export default text
}
declare module '*.css'
