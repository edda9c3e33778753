using OrleansChat.Redis;
using OrleansChat.Server;
using OrleansChat.Server.Doors;
using OrleansChat.Server.Health;
using OrleansChat.Server.Options;

// Exit codes: 0 stopped when asked, 1 could not run (port, Redis) or is not ready (--health), 2 wrong options, 130 interrupted twice.
try
{
    ServerCommand command = ServerCommandLine.Parse(args);
    if (command.ShowHelp || command.ShowVersion)
    {
        await Console.Out.WriteLineAsync(command.ShowHelp ? HelpText.Help(Terminal.HasColours) : HelpText.Version());
        return 0;
    }

    SettingSource source = new(command.Values, Terminal.Environment(), [AppContext.BaseDirectory, Directory.GetCurrentDirectory()]);
    ServerOptions options = ServerOptionsReader.Read(source);
    return command.AskHealth ? await HealthProbe.RunAsync(options, Console.Out) : await ServerHost.RunAsync(options);
}
catch (ServerOptionsException exception)
{
    foreach (string line in exception.Lines)
    {
        await Terminal.ErrorAsync(line);
    }

    return 2;
}
catch (Exception exception) when (exception is RedisUnusableException or DoorException)
{
    await Terminal.ErrorAsync(exception.Message);
    return 1;
}
