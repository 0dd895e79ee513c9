// Five minutes to tau*, as anywidget takes it.

import { statePage } from "../base/state_page.js";
import { Introduction } from "./introduction.js";

export default statePage(Introduction);
