"""Reads the build files of a folder that `light-sernet build --firmware` wrote, as JSON: {"yaml": {name: content}, "kconfig": [...]}.

The Kconfig file is read with kconfiglib, which Zephyr uses, from a top file of the form that Zephyr's scripts/zephyr_module.py writes for a
module. There is one entry of "kconfig" for every configuration that the other arguments give, each a list of settings separated by commas. Several folders,
with ":" between them, are modules of one application: "yaml" is of the first, "kconfig" of all.
"""

import json
import os
import sys
import tempfile

import kconfiglib
import yaml


def read_yaml(path: str) -> object:
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def read_kconfig(kconfigs: list[str], settings: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        top, configuration = os.path.join(folder, "Kconfig"), os.path.join(folder, "prj.conf")
        with open(top, "w", encoding="utf-8") as file:
            file.write('mainmenu "test"\n')
            file.write("".join(f'menu "light-sernet"\nosource "{kconfig}"\nendmenu\n' for kconfig in kconfigs))
        with open(configuration, "w", encoding="utf-8") as file:
            file.write("".join(f"{setting}\n" for setting in settings.split(",") if setting))
        kconf = kconfiglib.Kconfig(top, warn_to_stderr=False)
        kconf.load_config(configuration)
        symbols = [
            {
                "name": symbol.name,
                "type": kconfiglib.TYPE_TO_STR[symbol.type],
                "prompt": symbol.nodes[0].prompt[0] if symbol.nodes[0].prompt else None,
                "help": symbol.nodes[0].help,
                "value": symbol.str_value,
            }
            for symbol in kconf.unique_defined_syms
        ]
        return {"warnings": kconf.warnings, "symbols": symbols}


def main() -> None:
    folders, *configurations = sys.argv[1:]
    folder, *_ = folders.split(":")
    kconfigs = [os.path.join(each, "zephyr", "Kconfig") for each in folders.split(":")]
    print(
        json.dumps(
            {
                "yaml": {name: read_yaml(os.path.join(folder, name)) for name in ("zephyr/module.yml", "idf_component.yml")},
                "kconfig": [read_kconfig(kconfigs, settings) for settings in configurations],
            }
        )
    )


main()
