// Starts the page: draws the frame, loads the open view's code, and opens the data.
import { render } from 'preact'
import { App, loadOverlays } from './app.jsx'
import { loadView } from './frame/loaded-views.js'
import { problem } from './state/session.js'
import { begin } from './state/opening.js'
import { state } from './state/store.js'
import './state/theme.js'

loadView(state.value.view)
render(<App />, /** @type {HTMLElement} */ (document.getElementById('page')))
loadOverlays()
begin().catch(error => {
    problem.value = { title: 'Quantscope can’t start.', details: { message: String(error) } }
})
