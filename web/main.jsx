// Draws the page at once, then has the demo measured.
import { render } from 'preact'
import { App, loadRest } from './app.jsx'
import { begin, problem } from './state/session.js'
import './state/theme.js'

render(<App />, /** @type {HTMLElement} */ (document.getElementById('page')))
loadRest()
begin().catch(error => {
    problem.value = { title: 'Quantscope can’t start.', details: { message: String(error) } }
})
