namespace Orleans.Providers;

/// <summary>Names that providers have when none is given.</summary>
public static class ProviderConstants
{
    /// <summary>The storage of states that name none.</summary>
    public const string DEFAULT_STORAGE_PROVIDER_NAME = "Default";
}
