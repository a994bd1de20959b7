using System.ComponentModel.DataAnnotations;

namespace ChainHealth.Dashboard.Identity;

/// <summary>What a newcomer tells about themselves. Also the form's model.</summary>
public sealed class Registration
{
    [Required(ErrorMessage = "Choose a user name.")]
    [StringLength(Account.NameMax, MinimumLength = 3, ErrorMessage = "A user name has 3 to 64 characters.")]
    [RegularExpression("^[A-Za-z0-9._@+-]+$", ErrorMessage = "Use letters, digits and . _ @ + - only.")]
    public string UserName { get; set; } = "";

    [Required(ErrorMessage = "Enter your e-mail address.")]
    [EmailAddress(ErrorMessage = "This is not an e-mail address.")]
    [StringLength(Account.EmailMax, ErrorMessage = "An e-mail address has at most 254 characters.")]
    public string Email { get; set; } = "";

    [Required(ErrorMessage = "Enter your postal address.")]
    [StringLength(Account.AddressMax, ErrorMessage = "An address has at most 300 characters.")]
    public string PostalAddress { get; set; } = "";

    [Required(ErrorMessage = "Enter the name of your organisation.")]
    [StringLength(Account.OrganisationMax, ErrorMessage = "An organisation has at most 120 characters.")]
    public string Organisation { get; set; } = "";

    public string WishedRole { get; set; } = Roles.User;

    [Required(ErrorMessage = "Choose a password.")]
    [StringLength(128, ErrorMessage = "A password has at most 128 characters.")]
    public string Password { get; set; } = "";

    [Required(ErrorMessage = "Repeat the password.")]
    [Compare(nameof(Password), ErrorMessage = "The two passwords differ.")]
    public string Repeated { get; set; } = "";

    public override string ToString() => $"registration of {UserName}";
}
