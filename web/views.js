// The views of the page, in the order of the header. A view is a folder and a row here; nothing else lists views.
//
// To add one: make a folder with view.jsx, which exports the component `View` and imports the CSS of the folder, and
// add its row. The header, the keys 1 to 9, the link and the document's title follow from the row. The code of a view is
// loaded when the view is first opened or pointed at. A view imports from engine, data, state, text, parts and style,
// never from another view.

import { signal } from '@preact/signals'
import { stopsFrom } from './state/specs.js'

/**
 * @typedef {object} ViewRow
 * @property {string} name in the link, and of its folder
 * @property {string} title in the header
 * @property {string} field id of the field that the key / focuses
 * @property {(shown: { specs: string[], a: string, b: string }, book: import('./state/specs.js').Book, state: { both: boolean }) => string[]} [measures]
 *   which specs a run measures while the view is open; nothing: none
 * @property {'vectors' | 'weights'} [of] what the view is for; nothing: for either
 * @property {boolean} [asks] whether the view asks the run about all of them, measured or not
 * @property {boolean} [hasProgress] whether the view has the progress row and the findings in a place of its own
 * @property {boolean} [keepsPlace] whether the line of findings has its place before there are any
 * @property {() => Promise<Loaded>} load
 *
 * @typedef {{ View: () => import('preact').ComponentChildren, command?: () => string }} Loaded
 *   command: what prints the same on the command line; nothing: a sweep of the specs on screen
 */

/** The specs that lessons ask for; nothing before they are loaded. */
export const taught = signal(/** @type {readonly string[]} */ ([]))

/** @type {readonly ViewRow[]} */
export const VIEWS = [
    {
        name: 'simulator',
        title: 'Simulator',
        field: 'spec-a',
        measures: ({ a, b }, book, { both }) => [a, both ? b : '', ...stopsFrom(book, a || book.defaults.stop)],
        of: 'vectors',
        asks: true,
        hasProgress: true,
        load: () => import('./simulator/view.jsx'),
    },
    {
        name: 'compare',
        title: 'Compare',
        field: 'add-spec',
        measures: ({ specs }) => specs,
        of: 'vectors',
        keepsPlace: true,
        load: () => import('./compare/view.jsx'),
    },
    {
        name: 'range',
        title: 'Range',
        field: 'spec-range',
        load: () => import('./range/view.jsx'),
    },
    {
        name: 'bits',
        title: 'Bits',
        field: 'value',
        load: () => import('./bits/view.jsx'),
    },
    {
        name: 'weights',
        title: 'Weights',
        field: 'glob',
        of: 'weights',
        hasProgress: true,
        load: () => import('./weights/view.jsx'),
    },
    {
        name: 'networks',
        title: 'Networks',
        field: 'recipe-a',
        load: () => import('./networks/view.jsx'),
    },
    {
        name: 'learn',
        title: 'Learn',
        field: 'seek',
        measures: () => [...taught.value],
        load: () => import('./learn/view.jsx'),
    },
    {
        name: 'plan',
        title: 'Plan',
        field: 'plan-params',
        load: () => import('./plan/view.jsx'),
    },
]

/** The view that a file is shown in: the open one, unless that is for the other kind. @type {(view: string, kind: 'vectors' | 'weights') => string} */
export function viewFor(view, kind) {
    const of = VIEWS.find(({ name }) => name === view)?.of ?? kind
    return of === kind ? view : (VIEWS.find(one => one.of === kind)?.name ?? view)
}
