namespace Orleans.Runtime;

/// <summary>The silo of this host.</summary>
public interface ILocalSiloDetails
{
    /// <summary>The silo's name.</summary>
    string Name { get; }

    /// <summary>The cluster that it belongs to.</summary>
    string ClusterId { get; }

    /// <summary>The machine that it runs on.</summary>
    string DnsHostName { get; }

    /// <summary>Where other silos find it.</summary>
    SiloAddress SiloAddress { get; }

    /// <summary>Where clients find it.</summary>
    SiloAddress GatewayAddress { get; }
}
