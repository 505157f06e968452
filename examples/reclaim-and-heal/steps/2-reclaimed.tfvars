clock = "3h"
