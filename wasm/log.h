#pragma once

/* Send libfuse's log to the host, from here on. */
void fw_log_to_host(void);
