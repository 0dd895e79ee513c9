// The story of tau*, as anywidget takes it.

import { statePage } from "../base/state_page.js";
import { StoryPage } from "./story_page.js";

export default statePage(StoryPage);
