using OrleansChat.Chaos.Running;

return await ChaosCommand.Create().Parse(args).InvokeAsync();
