"""Any program that can post JSON hands in what customers said."""
