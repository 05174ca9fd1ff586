// The notices that go along with the page: its own, the demo data's, and those of the libraries it is built with.
import demo from '../public/demo/LICENSES.txt?raw'
import weights from '../public/demo/weights/LICENSES.txt?raw'
import own from '../../LICENSE?raw'
import { libraries } from 'virtual:library-licences'

/** @type {{ title: string, text: string }[]} */
export const licences = [
    { title: 'Quantscope', text: own },
    { title: 'Demo data: sentences (WordNet 3.0) and vectors (Universal Sentence Encoder Lite)', text: demo },
    { title: 'Demo weights: a part of Silero VAD (MIT)', text: weights },
    ...libraries,
]
