//! Writes DIAN's electronic documents: invoices, notes, and the AttachedDocument around them. All of it is invented.

const INVOICE: &str = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2";
const AGGREGATES: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
const BASICS: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

/// A document, part by part.
#[derive(Clone, Debug)]
pub struct Ubl {
    pub root: &'static str,
    pub number: String,
    pub cufe: String,
    pub date: String,
    pub currency: String,
    pub operation: String,
    pub seller: String,
    /// The identification's kind (31: NIT) and number.
    pub customer: (&'static str, String),
    /// Of a note: concept, number and CUFE of the invoice.
    pub about: Option<(&'static str, String, String)>,
    /// Whether each is a charge, and its amount.
    pub adjustments: Vec<(bool, &'static str)>,
    pub lines_total: String,
    pub lines: Vec<UblLine>,
}

#[derive(Clone, Debug)]
pub struct UblLine {
    pub quantity: String,
    pub unit: String,
    pub price: String,
    pub base: Option<String>,
    pub total: String,
    pub currency: &'static str,
    pub text: String,
    /// Element (`StandardItemIdentification`), scheme and value.
    pub codes: Vec<(&'static str, &'static str, String)>,
    pub adjustments: Vec<(bool, &'static str)>,
    /// Amount and kind of the reference price of a sample.
    pub reference: Option<(&'static str, &'static str)>,
    /// What else stands in the item.
    pub item: String,
}

/// A CUFE of one letter.
pub fn cufe(letter: char) -> String {
    letter.to_string().repeat(96)
}

/// So many at a price, with the base quantity that is given.
pub fn line(quantity: &str, price: &str, base: Option<&str>, total: &str) -> UblLine {
    UblLine {
        quantity: quantity.to_owned(),
        unit: "94".to_owned(),
        price: price.to_owned(),
        base: base.map(str::to_owned),
        total: total.to_owned(),
        currency: "COP",
        text: "Insulina glargina 100 UI/ml".to_owned(),
        codes: vec![("StandardItemIdentification", "999", "19914312-020".to_owned())],
        adjustments: Vec::new(),
        reference: None,
        item: String::new(),
    }
}

impl Ubl {
    pub fn invoice(number: &str, lines: Vec<UblLine>) -> Self {
        Self {
            root: "Invoice",
            number: number.to_owned(),
            cufe: cufe('a'),
            date: "2020-06-15".to_owned(),
            currency: "COP".to_owned(),
            operation: "10".to_owned(),
            seller: "899999063".to_owned(),
            customer: ("31", "860002964".to_owned()),
            about: None,
            adjustments: Vec::new(),
            lines_total: String::new(),
            lines,
        }
    }

    /// On an invoice; `root` is `CreditNote` or `DebitNote`.
    pub fn note(root: &'static str, number: &str, concept: &'static str, of: &Self, lines: Vec<UblLine>) -> Self {
        let about = Some((concept, of.number.clone(), of.cufe.clone()));
        Self { root, cufe: cufe('b'), about, ..Self::invoice(number, lines) }
    }

    pub fn xml(&self) -> String {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", self.element())
    }

    /// Without its declaration.
    pub fn element(&self) -> String {
        let Self { root, number, cufe, date, currency, operation, .. } = self;
        let about = self.about.as_ref().map(|(concept, number, cufe)| {
            format!(
                "<cac:DiscrepancyResponse><cbc:ReferenceID>{number}</cbc:ReferenceID><cbc:ResponseCode>{concept}</cbc:ResponseCode></cac:DiscrepancyResponse>\n\
                 <cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{number}</cbc:ID><cbc:UUID schemeName=\"CUFE-SHA384\">{cufe}</cbc:UUID></cac:InvoiceDocumentReference></cac:BillingReference>\n"
            )
        });
        let total = if *root == "DebitNote" { "RequestedMonetaryTotal" } else { "LegalMonetaryTotal" };
        let lines: String = self.lines.iter().enumerate().map(|(at, line)| line.element(root, at + 1)).collect();
        format!(
            "<{root} xmlns=\"{INVOICE}\" xmlns:cac=\"{AGGREGATES}\" xmlns:cbc=\"{BASICS}\" xmlns:ext=\"urn:x\" xmlns:ds=\"urn:y\">\n\
             <ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><ds:Signature><ds:SignatureValue>c2Vs</ds:SignatureValue></ds:Signature></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>\n\
             <cbc:UBLVersionID>UBL 2.1</cbc:UBLVersionID><cbc:CustomizationID>{operation}</cbc:CustomizationID><cbc:ID>{number}</cbc:ID>\n\
             <cbc:UUID schemeID=\"2\" schemeName=\"CUFE-SHA384\">{cufe}</cbc:UUID><cbc:IssueDate>{date}</cbc:IssueDate><cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>\n\
             {about}{seller}\n{customer}\n{adjustments}<cac:{total}><cbc:LineExtensionAmount currencyID=\"{currency}\">{lines_total}</cbc:LineExtensionAmount></cac:{total}>\n\
             {lines}</{root}>",
            about = about.unwrap_or_default(),
            seller = party("AccountingSupplierParty", "31", &self.seller),
            customer = party("AccountingCustomerParty", self.customer.0, &self.customer.1),
            adjustments = adjustments(&self.adjustments),
            lines_total = self.lines_total,
        )
    }
}

fn party(element: &str, scheme: &str, number: &str) -> String {
    format!(
        "<cac:{element}><cac:Party><cac:PartyTaxScheme><cbc:RegistrationName>NOMBRE DE LA PARTE</cbc:RegistrationName>\
         <cbc:CompanyID schemeAgencyID=\"195\" schemeName=\"{scheme}\" schemeID=\"3\">{number}</cbc:CompanyID></cac:PartyTaxScheme></cac:Party></cac:{element}>"
    )
}

fn adjustments(adjustments: &[(bool, &str)]) -> String {
    let one = |(is_charge, amount): &(bool, &str)| {
        format!(
            "<cac:AllowanceCharge><cbc:ID>1</cbc:ID><cbc:ChargeIndicator>{is_charge}</cbc:ChargeIndicator><cbc:AllowanceChargeReason>Descuento comercial</cbc:AllowanceChargeReason>\
             <cbc:MultiplierFactorNumeric>10.00</cbc:MultiplierFactorNumeric><cbc:Amount currencyID=\"COP\">{amount}</cbc:Amount></cac:AllowanceCharge>\n"
        )
    };
    adjustments.iter().map(one).collect()
}

impl UblLine {
    /// With a code instead of the usual one.
    pub fn coded(mut self, element: &'static str, scheme: &'static str, value: &str) -> Self {
        self.codes = vec![(element, scheme, value.to_owned())];
        self
    }

    fn element(&self, root: &str, number: usize) -> String {
        let Self { unit, price, total, currency, text, item, quantity, .. } = self;
        let kind = match root {
            "CreditNote" => "Credited",
            "DebitNote" => "Debited",
            _ => "Invoiced",
        };
        let line = root;
        let base = self.base.as_ref().map(|base| format!("<cbc:BaseQuantity unitCode=\"{unit}\">{base}</cbc:BaseQuantity>"));
        let reference = self.reference.map(|(amount, kind)| {
            format!(
                "<cac:PricingReference><cac:AlternativeConditionPrice><cbc:PriceAmount currencyID=\"COP\">{amount}</cbc:PriceAmount>\
                 <cbc:PriceTypeCode>{kind}</cbc:PriceTypeCode></cac:AlternativeConditionPrice></cac:PricingReference>"
            )
        });
        let codes: String = self
            .codes
            .iter()
            .map(|(element, scheme, value)| {
                let scheme = if scheme.is_empty() { String::new() } else { format!(" schemeID=\"{scheme}\"") };
                format!("<cac:{element}><cbc:ID{scheme}>{value}</cbc:ID></cac:{element}>")
            })
            .collect();
        format!(
            "<cac:{line}Line><cbc:ID>{number}</cbc:ID><cbc:{kind}Quantity unitCode=\"{unit}\">{quantity}</cbc:{kind}Quantity>\
             <cbc:LineExtensionAmount currencyID=\"{currency}\">{total}</cbc:LineExtensionAmount>{reference}{adjustments}\
             <cac:Item><cbc:Description>{text}</cbc:Description>{item}{codes}</cac:Item>\
             <cac:Price><cbc:PriceAmount currencyID=\"{currency}\">{price}</cbc:PriceAmount>{base}</cac:Price></cac:{line}Line>\n",
            reference = reference.unwrap_or_default(),
            adjustments = adjustments(&self.adjustments),
            base = base.unwrap_or_default(),
        )
    }
}

/// A document inside an AttachedDocument, with DIAN's answer beside it.
pub fn attached(inside: &str, date: &str) -> String {
    let answer = "<ApplicationResponse><cbc:ID>1</cbc:ID></ApplicationResponse>";
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<AttachedDocument xmlns=\"urn:a\" xmlns:cac=\"{AGGREGATES}\" xmlns:cbc=\"{BASICS}\">\n\
         <cbc:ID>77</cbc:ID><cbc:IssueDate>{date}</cbc:IssueDate>\n\
         <cac:Attachment><cac:ExternalReference><cbc:MimeCode>text/xml</cbc:MimeCode><cbc:Description><![CDATA[{}]]></cbc:Description></cac:ExternalReference></cac:Attachment>\n\
         <cac:ParentDocumentLineReference><cac:DocumentReference><cac:Attachment><cac:ExternalReference><cbc:Description><![CDATA[{answer}]]></cbc:Description></cac:ExternalReference></cac:Attachment></cac:DocumentReference></cac:ParentDocumentLineReference>\n\
         </AttachedDocument>",
        inside.replace("]]>", "]]]]><![CDATA[>")
    )
}
