using System.CommandLine;
using OrleansChat.Load;

// One socket thread that runs every continuation itself: no hand-over between threads per message.
// Both are read when the first socket is made, so nothing may come before.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");

var root = new RootCommand("Loads an OrleansChat server over the native door, or a peer, checks every delivery while it measures, and exits with 1 on any violation.")
{
    LoadCommands.Pairs(),
    LoadCommands.Group(),
    LoadCommands.Idle(),
    LoadCommands.Storm(),
    LoadCommands.History(),
    LoadCommands.Sync(),
    LoadCommands.Mixed(),
};
return await root.Parse(args).InvokeAsync();
