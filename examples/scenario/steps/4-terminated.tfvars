clock = "4h"
