using OrleansChat.Cli.Commands;

return await ChatCommandLine.RunAsync(args);
