/* SPDX-License-Identifier: Apache-2.0 */
/* `journeyd config show`: what the daemon would run with. */
#include "main/commands.h"
#include "main/load.h"
#include "main/print.h"
#include "main/settings.h"

#include <string.h>

struct config_options {
	const char *file;
	int output;
};

static const char *const OUTPUTS[] = {"text", "json", NULL};

static const struct option_row OPTIONS[] = {
        {"config", 'c', OPTION_TEXT, offsetof(struct config_options, file), "FILE", "settings (journeyd.yaml)", NULL},
        {"output", 'o', OPTION_CHOICE, offsetof(struct config_options, output), "text|json", "form (text)", OUTPUTS},
        {0},
};

static int show(const struct config_options *options)
{
	struct arena arena;
	struct diag_list diags;
	struct settings settings;
	struct buf out = {0};
	arena_init(&arena, 16 << 10);
	diag_init(&diags, &arena);
	int code = EXIT_OK;
	bool read = settings_read(options->file, &(struct doc_reader){&arena, &diags}, &settings);
	if (read) {
		settings_print(&settings, options->output == 1, &out);
		print_buf(&out, stdout);
	} else {
		print_findings(&diags, false);
		code = load_exit(&diags);
	}
	buf_release(&out);
	diag_release(&diags);
	arena_release(&arena);
	return code;
}

static int config_run(int argc, char **argv)
{
	struct config_options options = {.file = "journeyd.yaml"};
	int rest;
	enum options_result read = options_read(&CMD_CONFIG, argc, argv, &options, &rest);
	if (read != OPTIONS_OK)
		return read == OPTIONS_HELP ? EXIT_OK : EXIT_USAGE;
	if (rest != 1 || strcmp(argv[0], "show") != 0) {
		fprintf(stderr, "journeyd config: what to do? Try: journeyd config show\n");
		return EXIT_USAGE;
	}
	return show(&options);
}

const struct command CMD_CONFIG = {
        .name = "config",
        .arguments = "show",
        .about = "Show the effective settings, defaults included",
        .options = OPTIONS,
        .run = config_run,
};
