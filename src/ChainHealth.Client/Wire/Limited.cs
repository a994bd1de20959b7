using System.Text;

namespace ChainHealth.Client;

/// <summary>Text for people, cut to what a message may carry.</summary>
internal static class Limited
{
    public static string Text(string text, int bytesMax)
    {
        while (Encoding.UTF8.GetByteCount(text) > bytesMax)
        {
            text = text[..(text.Length * 3 / 4)];
        }

        return text;
    }
}
