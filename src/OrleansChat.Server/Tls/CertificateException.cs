namespace OrleansChat.Server.Tls;

/// <summary>A certificate that cannot be used; the message is one line that says why and what to do.</summary>
internal sealed class CertificateException(string message, Exception? cause = null) : Exception(message, cause);
