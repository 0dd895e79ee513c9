// A view of one figure.

import { chartView } from "./chart.js";
import { withKernel } from "./kernel.js";

export default withKernel(chartView());
