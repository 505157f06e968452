clock = "1h"
