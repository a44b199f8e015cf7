# Two commands: `make lab` to study, `make test` to prove that it all works.
# ARGS is passed on:  make lab ARGS="--no-browser --port 9999"
# PYTHON names the interpreter to build .venv with; TORCH_INDEX another index for torch.

ARGS =
RUN = .venv/bin/python

.PHONY: help lab test book environment environment-test environment-book

help:
	@echo "make lab    study: set up .venv and open JupyterLab on the first lesson"
	@echo "make test   prove it: the whole test suite, every lesson and every exercise"
	@echo "            make test ARGS=\"-m quick\" proves most of it in minutes"
	@echo "make book   show it: the course as a static site in build/site"

lab: environment
	@$(RUN) -m mavrs_course lab $(ARGS)

test: environment-test
	@$(RUN) -m pytest tests notebooks solutions --nbval-lax --nbval-current-env \
	    --nbval-cell-timeout 500 --nbval-kernel-startup-timeout 300 --in-jupyterlab --numprocesses 2 --dist loadfile $(ARGS)

book: environment-book
	@$(RUN) -m mavrs_course book $(ARGS)

environment:
	@sh tools/with_python.sh tools/environment.py

environment-test:
	@sh tools/with_python.sh tools/environment.py --extra test --extra book --extra scale --extra speech

environment-book:
	@sh tools/with_python.sh tools/environment.py --extra book
