using System.Reflection;

namespace OrleansChat.Gateway.Tests.Rest.Support;

/// <summary>An interface of which a test answers the few members that are called.</summary>
public class Stub : DispatchProxy
{
    private Func<string, object?[], object?> _answer = static (name, _) => throw new NotSupportedException(name);

    public static T Of<T>(Func<string, object?[], object?> answer)
        where T : class
    {
        T stub = Create<T, Stub>();
        ((Stub)(object)stub)._answer = answer;
        return stub;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!.Name, args ?? []);
}
