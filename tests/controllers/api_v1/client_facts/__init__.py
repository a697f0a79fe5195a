"""What clients of Cachet's API send, read and refuse: monitors, libraries, command lines and scripts, as their code was
read and run. Each test is one thing without which one of them fails, loses data or does what nobody wanted."""
