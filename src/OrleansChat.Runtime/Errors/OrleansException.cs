namespace Orleans.Runtime;

/// <summary>A fault of the runtime rather than of a grain.</summary>
public class OrleansException : Exception
{
    /// <summary>Makes one without details.</summary>
    public OrleansException()
        : base("Unexpected error.")
    {
    }

    /// <summary>Makes one that says what is wrong.</summary>
    public OrleansException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that says what is wrong and why.</summary>
    public OrleansException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The call was turned away before the grain ran.</summary>
public class OrleansMessageRejectionException : OrleansException
{
    internal OrleansMessageRejectionException(string message)
        : base(message)
    {
    }

    internal OrleansMessageRejectionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The silo that should have run the call is gone; the call may or may not have happened.</summary>
public sealed class SiloUnavailableException : OrleansMessageRejectionException
{
    /// <summary>Makes one without details.</summary>
    public SiloUnavailableException()
        : base("Silo unavailable")
    {
    }

    /// <summary>Makes one that says which silo.</summary>
    public SiloUnavailableException(string msg)
        : base(msg)
    {
    }

    /// <summary>Makes one that says which silo and why.</summary>
    public SiloUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The host was put together in a way that cannot work.</summary>
public sealed class OrleansConfigurationException : Exception
{
    /// <summary>Makes one that says what is wrong.</summary>
    public OrleansConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that says what is wrong and why.</summary>
    public OrleansConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
