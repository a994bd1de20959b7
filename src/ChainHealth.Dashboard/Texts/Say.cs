using System.Globalization;
using System.Text;

namespace ChainHealth.Dashboard;

/// <summary>Texts of Words.resx with something put in.</summary>
public static class Say
{
    /// <param name="text">With {0}, {1}, ... where the parts go.</param>
    public static string With(string text, params ReadOnlySpan<object?> parts) =>
        string.Format(CultureInfo.InvariantCulture, CompositeFormat.Parse(text), parts);
}
