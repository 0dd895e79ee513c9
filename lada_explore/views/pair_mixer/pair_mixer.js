// The pair mixer, as anywidget takes it.

import { statePage } from "../base/state_page.js";
import { PairMixer } from "./mixer.js";

export default statePage(PairMixer);
