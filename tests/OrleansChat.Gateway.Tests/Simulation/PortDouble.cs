using System.Reflection;

namespace OrleansChat.Gateway.Tests.Simulation;

/// <summary>Doubles of ports of which a test needs a few methods; a call of any other one fails it.</summary>
internal static class PortDouble
{
    /// <param name="answer">Answers a method's call; null means that the test did not expect it.</param>
    public static T Of<T>(Func<string, object?[], object?> answer)
        where T : class
    {
        T proxy = DispatchProxy.Create<T, Proxy>();
        ((Proxy)(object)proxy).Answer = answer;
        return proxy;
    }

#pragma warning disable CA1034, CA1852 // The framework derives from it.
    public class Proxy : DispatchProxy
    {
        internal Func<string, object?[], object?> Answer { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            Answer(targetMethod!.Name, args ?? []) ?? throw new NotSupportedException($"{targetMethod.DeclaringType?.Name}.{targetMethod.Name} was not expected.");
    }
#pragma warning restore CA1034, CA1852
}
