using MudBlazor;

namespace ChainHealth.Dashboard.Components.Layout;

/// <summary>Colours and type of the live pages; the same values stand in css/base.css for the static ones. Chart
/// colours are those of Okabe and Ito, which people with any colour vision tell apart.</summary>
public static class Look
{
    public const string Blue = "#0072B2";
    public const string Vermillion = "#D55E00";
    public const string Green = "#009E73";
    public const string Orange = "#E69F00";
    public const string Sky = "#56B4E9";
    public const string Grey = "#8A96A3";

    private static readonly string[] Sans =
        ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "Arial", "sans-serif"];

    public static readonly MudTheme Theme = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#005E93",
            Secondary = "#00694D",
            Info = "#005E93",
            Success = "#00694D",
            Warning = "#7A5200",
            Error = "#A43E00",
            Background = "#F4F6F9",
            BackgroundGray = "#EBEFF4",
            Surface = "#FFFFFF",
            AppbarBackground = "#FFFFFF",
            AppbarText = "#14212E",
            DrawerBackground = "#FFFFFF",
            DrawerText = "#33475B",
            DrawerIcon = "#4A5D70",
            TextPrimary = "#14212E",
            TextSecondary = "#4A5D70",
            ActionDefault = "#4A5D70",
            LinesDefault = "#DCE3EA",
            LinesInputs = "#7C8B9A",
            TableLines = "#E4E9EF",
            Divider = "#DCE3EA",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#7CC4F2",
            PrimaryContrastText = "#06263A",
            Secondary = "#4FD1AC",
            Info = "#7CC4F2",
            Success = "#4FD1AC",
            Warning = "#F2BE4D",
            Error = "#FF9D5C",
            Background = "#0E151C",
            BackgroundGray = "#131C25",
            Surface = "#17212B",
            AppbarBackground = "#17212B",
            AppbarText = "#E8EEF4",
            DrawerBackground = "#17212B",
            DrawerText = "#C3CFDA",
            DrawerIcon = "#A3B3C2",
            TextPrimary = "#E8EEF4",
            TextSecondary = "#A9B8C6",
            ActionDefault = "#A9B8C6",
            LinesDefault = "#2A3846",
            LinesInputs = "#6F8294",
            TableLines = "#253240",
            Divider = "#2A3846",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography
            {
                FontFamily = Sans, FontSize = ".9375rem", LineHeight = "1.5", LetterSpacing = "0",
            },
            Button = new ButtonTypography
            {
                FontFamily = Sans, FontWeight = "600", TextTransform = "none", LetterSpacing = "0",
            },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "10px", AppbarHeight = "60px" },
    };
}
