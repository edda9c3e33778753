using OrleansChat.Chaos.Nodes;
using OrleansChat.Chaos.Running;

return args is [NodeHost.Verb, .. var rest] ? await NodeHost.RunAsync(rest) : await ChaosCommand.Create().Parse(args).InvokeAsync();
